import type { App } from '../app.ts';

/** Signals between processes. */
export const TOPIC = 'connections';

/** Who receives for connections in this process. */
export const listeners = new WeakMap<App, Set<() => void>>();

/** A stored connection was added, changed or removed: whoever receives for it looks again, here and in other processes. */
export function tellConnectionsChanged(app: App, name: string): void {
  for (const listener of listeners.get(app) ?? []) listener();
  // Connections lie in a file of their own where nobody shares the store.
  if (app.config.databaseUrl === undefined) return;
  void app.store().then(({ signals }) => signals?.send(TOPIC, name));
}
