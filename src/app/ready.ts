import { APPLIED_VERSION, readMigrations } from '../store/migrations.ts';
import type { App } from './app.ts';

/** A store that does not answer within this is not reachable, in milliseconds. */
const PATIENCE_MS = 2000;

/** Why work cannot be done now; undefined when it can. */
export async function notReady(app: App): Promise<string | undefined> {
  const late = Promise.withResolvers<'late'>();
  const cancel = app.world.setTimer(PATIENCE_MS, () => late.resolve('late'));
  try {
    const store = await app.store();
    const answer = await Promise.race([store.sql<{ version: number | null }>(APPLIED_VERSION), late.promise]);
    if (answer === 'late') return 'the store does not answer';
    // A newer schema is right: another process was upgraded first.
    const wanted = readMigrations().at(-1)?.version ?? 0;
    const applied = answer[0]?.version ?? 0;
    return applied < wanted ? `the schema is ${applied}, and ${wanted} is wanted` : undefined;
  } catch (error) {
    return `the store cannot be reached: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    cancel();
  }
}
