// SPDX-License-Identifier: MIT
#pragma once

#include "form.h"

#include <nanostores/widgets.h>

#include <optional>
#include <vector>

class Contacts : public ContactsForm
{
public:
    Contacts();

private:
    void showDetail(std::optional<int> number);

    std::vector<nanostores::WidgetBinding *> m_fields;
};
