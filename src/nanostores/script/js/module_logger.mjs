// SPDX-License-Identifier: MIT

// What `import "@nanostores/logger"` gives.

export { action, buildCreatorLogger, buildLogger, creatorLogger, group, groupEnd, log, logger } from './logger.mjs'
