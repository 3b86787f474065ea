// SPDX-License-Identifier: MIT
#pragma once

#include "form.h"

class Preview : public PreviewForm
{
public:
    Preview();
};
