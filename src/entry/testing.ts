/** `trunkline/testing`: Zoom, Brevo and two third-party APIs on a local port. */
export { DEFAULT_OPTIONS, startSandbox } from '../sandbox/index.ts';
export type { Sandbox, SandboxOptions } from '../sandbox/index.ts';
export type { Plan } from '../sandbox/types.ts';
