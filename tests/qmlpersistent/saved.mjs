// SPDX-License-Identifier: MIT
import { persistentAtom } from "@nanostores/persistent";

export const $theme = persistentAtom("shared/theme", "light");
