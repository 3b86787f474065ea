// SPDX-License-Identifier: MIT
#pragma once

#include "form.h"
#include "settings.h"

class Preview : public PreviewForm
{
public:
    Preview();

private:
    void showSettings();

    AppSettings m_app;
};
