export { App } from './app.ts';
export type { ActivationRequest } from './activation.ts';
export type { Finding } from './doctor.ts';
export { ConfigError, loadConfig, type BrevoPlan, type Config, type ZoomPlan } from './config/index.ts';
export { linkNames } from './connections.ts';
export { realWorld, stoppable, type World } from './world.ts';
export { VERSION } from './version.ts';
