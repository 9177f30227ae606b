export type * from './config.ts';
export { loadConfig } from './load.ts';
export type { LoadInput } from './load.ts';
export { DEFAULT_FIELD_MAPPING, KNOWN_FIELDS } from './field-mapping.ts';
export { ConfigError } from './problem.ts';
export type { Problem } from './problem.ts';
export { requireBrevo, requireZoom, requireZoomAndBrevo } from './require.ts';
export type { BrevoCredentials, ZoomCredentials } from './require.ts';
