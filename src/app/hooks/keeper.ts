import { ConnectorError } from '../../core/errors.ts';
import { HookKeeper, HOOKS_QUEUE } from '../../webhooks/hooks/lifecycle.ts';
import { dueHooks, freeHooks, type HookRow } from '../../webhooks/hooks/rows.ts';
import type { App } from '../app.ts';
import type { HookBook } from './book.ts';
import { resolveHook } from './resolve.ts';
import { sealerOf } from './sealer.ts';

/** How often it is looked whether a wake-up was lost, and whether there are subscriptions that nobody knows. */
const LOOK_MS = 60_000;
const SWEEP_MS = 24 * 3600_000;
/** Keys of the queue that are not names of hooks: no name begins like this. */
const LOOK = '*look';
const SWEEP = '*sweep';
/** Signals between processes. */
const TOPIC = 'hooks';

const keepers = new WeakMap<App, Promise<HookKeeper>>();
const listeners = new WeakMap<App, Set<(name: string) => void>>();

/** What brings the hooks of an app to what is wanted of them. */
export function keeperOf(app: App): Promise<HookKeeper> {
  let keeper = keepers.get(app);
  if (!keeper) keepers.set(app, (keeper = make(app)));
  return keeper;
}

async function make(app: App): Promise<HookKeeper> {
  const store = await app.store();
  return new HookKeeper({
    store,
    jobs: await app.jobs(),
    now: () => store.now(),
    log: app.log,
    redact: app.redact,
    sealer: await sealerOf(app),
    publicUrl: () => requirePublicUrl(app),
    connect: (row) => connect(app, row),
    changed: (name) => tellChanged(app, name),
  });
}

async function connect(app: App, row: HookRow) {
  const { trigger } = await resolveHook(app, row);
  const { subscription: spec, title } = trigger;
  if (!spec) {
    throw new ConnectorError(`${title} is no longer subscribed to by operations`, {
      kind: 'config',
      hint: `Remove the hook and add it again: trunkline hooks remove ${row.name} --force`,
    });
  }
  return { caller: await app.session(row.connection ?? ''), spec };
}

/** Whoever receives for this app, here and in other processes, looks again. */
export function tellChanged(app: App, name: string): void {
  for (const listener of listeners.get(app) ?? []) listener(name);
  void app.store().then(({ signals }) => signals?.send(TOPIC, name));
}

/**
 * Where others reach this server.
 * @throws ConnectorError of kind `config` when nobody said
 */
export function requirePublicUrl({ config }: App): string {
  if (config.publicUrl !== undefined) return config.publicUrl;
  throw new ConnectorError(
    'nothing says where other systems reach this server, so none can be told to send events',
    {
      kind: 'config',
      hint: 'Set TRUNKLINE_PUBLIC_URL to its address, such as https://hooks.example.com, and start it again.',
    },
  );
}

/** Begins to keep the hooks, and the book up to date. Gives the way to end it. */
export async function startHooks(app: App, book: HookBook): Promise<() => void> {
  const store = await app.store();
  const jobs = await app.jobs();
  const keeper = await keeperOf(app);
  // Nobody else owns this store: whoever held a hook has died.
  if (!store.can.manyOwners) await freeHooks(store.sql);
  const known = listeners.get(app) ?? new Set();
  const listener = (): void => book.changed();
  listeners.set(app, known.add(listener));
  const stopSignals = store.signals?.on(TOPIC, listener);
  jobs.work(HOOKS_QUEUE, { concurrency: 4, maxAttempts: 3 }, async ({ key }) => {
    if (key === LOOK) {
      for (const name of await dueHooks(store.sql, store.now())) await settle(keeper, name);
    } else if (key === SWEEP) await sweep(app, keeper);
    else await settle(keeper, key);
  });
  await jobs.schedule('look at the hooks', LOOK_MS, HOOKS_QUEUE, LOOK);
  await jobs.schedule('sweep subscriptions', SWEEP_MS, HOOKS_QUEUE, SWEEP);
  return () => {
    known.delete(listener);
    stopSignals?.();
  };
}

/** What goes wrong is on record with the hook, which says when it is looked at again. */
async function settle(keeper: HookKeeper, name: string): Promise<void> {
  try {
    await keeper.settle(name);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.code === 'closed') throw error;
  }
}

async function sweep(app: App, keeper: HookKeeper): Promise<void> {
  if (app.config.publicUrl === undefined) return;
  const swept = await keeper.sweep();
  if (swept.length > 0) app.log('warn', 'subscriptions that nobody knew were ended', { swept });
}
