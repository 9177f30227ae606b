import { randomBytes } from 'node:crypto';
import { ConnectorError } from '../../core/errors.ts';
import { HOOK_PATH, hookHash, hookUrl } from '../../core/hook-address.ts';
import type { Log } from '../../core/log.ts';
import type { SubscriptionSpec } from '../../core/subscription.ts';
import { describe } from '../../jobs/failure.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { afterCommit, type Sql, type Store } from '../../store/store.ts';
import {
  changeHook,
  claimHook,
  deleteHook,
  endAddresses,
  getHook,
  hookAt,
  listHooks,
  moveAddress,
  releaseHook,
  type HookChange,
  type HookRow,
  type HookSecrets,
} from './rows.ts';
import { Subscribing, type Caller } from './subscribing.ts';

/** Queue of the wake-ups that say "settle this hook with the other side". */
export const HOOKS_QUEUE = 'hooks';

const LEASE_MS = 120_000;
/** One that is held by another is looked at again after this. */
export const BUSY_MS = 2000;
/** What was replaced is taken for so long, for deliveries under way. */
const OVERLAP_MS = 10 * 60_000;
/** A person who changes their mind while it is being settled is heard, but not for ever. */
const MOST_ROUNDS = 5;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 15 * 60_000;
/** What will not help by itself is tried again all the same: somebody may have put it right. */
const STUBBORN_RETRY_MS = 60 * 60_000;

/** What keeping hooks needs. */
export interface KeeperDeps {
  store: Store;
  jobs: Pick<Jobs, 'enqueue'>;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Log;
  redact: (text: string) => string;
  sealer: {
    open(name: string, sealed: string): Promise<HookSecrets>;
    seal(name: string, secrets: HookSecrets): Promise<string>;
  };
  /**
   * Where others reach this server.
   * @throws ConnectorError of kind `config` when nobody said
   */
  publicUrl: () => string;
  /** The calls of a hook's connection, and how its events are subscribed to. */
  connect: (row: HookRow) => Promise<{ caller: Caller; spec: SubscriptionSpec }>;
  /** Told when receivers must look again. */
  changed: (name: string) => void;
  /** Milliseconds that whoever settles a hook holds it; a process that died is succeeded then. Two minutes unless told. */
  leaseMs?: number;
}

/** Brings hooks to what is wanted of them: subscribed, renewed, or ended. Survives a crash between any two lines. */
export class HookKeeper {
  readonly #deps: KeeperDeps;

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
  }

  /**
   * Settles one hook with the other side, if there is anything to settle. False when another has it in hand.
   * @throws what went wrong, which is on record then
   */
  async settle(name: string): Promise<boolean> {
    const { store, now, jobs, leaseMs = LEASE_MS } = this.#deps;
    const until = Math.floor(now() + leaseMs);
    if (!(await claimHook(store.sql, name, until, now()))) {
      if (!(await getHook(store.sql, name))) return true;
      await store.tx((sql) => jobs.enqueue(sql, { queue: HOOKS_QUEUE, key: name, runAt: now() + BUSY_MS }));
      return false;
    }
    try {
      let row = await getHook(store.sql, name);
      for (let round = 0; row && round < MOST_ROUNDS && !this.#isSettled(row); round++) {
        if (row.wanted === 'on') await this.#on(row);
        else await this.#off(row);
        row = await getHook(store.sql, name);
      }
      return true;
    } catch (error) {
      await this.#failed(name, error);
      throw error;
    } finally {
      await releaseHook(store.sql, name, until);
    }
  }

  /**
   * Ends the subscriptions that lead to our addresses and that no hook knows. Gives their ids.
   * @param connection only those of this connection
   */
  async sweep(connection?: string): Promise<{ connection: string; id: string }[]> {
    const swept: { connection: string; id: string }[] = [];
    const rows = await listHooks(this.#deps.store.sql);
    const own = rows.filter((row) => row.kind === 'resthook' && row.connection !== undefined);
    const names = new Set(own.map((row) => row.connection ?? ''));
    for (const name of names) {
      if (connection !== undefined && name !== connection) continue;
      const group = own.filter((row) => row.connection === name);
      // One that is being asked for may be on the list already, under an id that is not noted yet.
      if (group.some(({ asked }) => asked)) continue;
      for (const id of await this.#strangers(group)) swept.push({ connection: name, id });
    }
    return swept;
  }

  #isSettled({ wanted, state, dueAt }: HookRow): boolean {
    if (wanted === 'gone') return false;
    if (wanted === 'off') return state === 'off';
    return state === 'active' && (dueAt ?? Infinity) > this.#deps.now();
  }

  async #on(row: HookRow): Promise<void> {
    if (row.kind === 'static') {
      await this.#save(row.name, { state: 'active', dueAt: null, problem: null, attempts: 0 });
      return;
    }
    if (row.subscription === undefined) await this.#subscribe(row);
    else await this.#renew(row);
  }

  async #subscribe(row: HookRow): Promise<void> {
    const { sealer, now, publicUrl } = this.#deps;
    const { name, events } = row;
    const base = publicUrl();
    const subscribing = await this.#subscribing(row);
    let secrets = await sealer.open(name, row.sealed);
    if (row.asked) {
      await this.#endLost(row, subscribing, hookUrl(base, secrets.id));
      // Also where nothing can be listed: a subscription that nobody knows leads to an address that is over, and ends
      // when the other side is told so.
      secrets = { ...secrets, id: newHookId() };
    }
    const { id } = secrets;
    const secret = secrets.secrets[0]?.value ?? '';
    const sealed = await sealer.seal(name, secrets);
    // A crash after this line: the next one knows that there may be a subscription.
    const overAt = Math.floor(now() + (secrets.former === undefined ? 0 : OVERLAP_MS));
    await this.#save(name, { asked: true, sealed, state: 'pending' }, (sql) =>
      moveAddress(sql, name, hookHash(id), overAt),
    );
    const made = await subscribing.subscribe({ url: hookUrl(base, id), secret, events });
    const kept = made.secret === undefined ? secrets.secrets : replaced(secrets, made.secret, now());
    await this.#save(name, {
      asked: false,
      sealed: await sealer.seal(name, { id, secrets: kept }),
      subscription: made.id,
      ...this.#settled(made.expiresAt),
    });
    if (secrets.former !== undefined) await this.#endFormer(name, subscribing, secrets.former);
    this.#deps.log('info', `the hook '${name}' is subscribed`, { subscription: made.id });
  }

  async #renew(row: HookRow): Promise<void> {
    const { name, subscription = '' } = row;
    const subscribing = await this.#subscribing(row);
    if (row.expiresAt === undefined) {
      await this.#save(name, this.#settled(undefined));
      return;
    }
    if (subscribing.renewable) {
      try {
        await this.#save(name, this.#settled(await subscribing.renew(subscription)));
        return;
      } catch (error) {
        // It ended before it was renewed, or somebody ended it over there: then there is a new one.
        if (!(error instanceof ConnectorError) || error.kind !== 'not-found') throw error;
      }
    }
    // The one that follows has an address of its own: some systems take each address only once.
    const { sealer } = this.#deps;
    const { secrets } = await sealer.open(name, row.sealed);
    const sealed = await sealer.seal(name, { id: newHookId(), secrets, former: subscription });
    await this.#save(name, { subscription: null, expiresAt: null, sealed });
    await this.#subscribe({ ...row, subscription: undefined, sealed });
  }

  /** A subscription that was replaced; when it cannot be ended now, the sweep ends it. */
  async #endFormer(name: string, subscribing: Subscribing, id: string): Promise<void> {
    try {
      await subscribing.unsubscribe(id);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      const { message } = error;
      this.#deps.log('warn', `the former subscription of the hook '${name}' could not be ended`, { message });
    }
  }

  async #off(row: HookRow): Promise<void> {
    const { store, now, sealer, changed } = this.#deps;
    const { name, subscription, asked, wanted } = row;
    const { id, former } = await sealer.open(name, row.sealed);
    const theirs = [subscription, former].filter((one) => one !== undefined);
    if (row.kind === 'resthook' && (theirs.length > 0 || asked)) {
      const subscribing = await this.#subscribing(row);
      for (const one of theirs) await subscribing.unsubscribe(one);
      if (asked) await this.#endLost(row, subscribing, hookUrl(this.#deps.publicUrl(), id));
    }
    if (wanted === 'gone') {
      await store.tx((sql) => deleteHook(sql, name, now()));
      changed(name);
      return;
    }
    const ended = {
      subscription: null,
      asked: false,
      expiresAt: null,
      dueAt: null,
      problem: null,
      attempts: 0,
    };
    await this.#save(name, { ...ended, state: 'off' }, async (sql) => {
      // Who still sends to a subscription that has ended is told so; a static address may be switched on again.
      if (row.kind === 'resthook') await endAddresses(sql, name, now());
    });
  }

  /** Ends what an attempt left behind whose answer nobody noted. */
  async #endLost(row: HookRow, subscribing: Subscribing, url: string): Promise<void> {
    for (const found of (await subscribing.list()) ?? []) {
      if (found.url !== url) continue;
      await subscribing.unsubscribe(found.id);
      this.#deps.log('warn', `a subscription of the hook '${row.name}' that nobody knew was ended`, {
        subscription: found.id,
      });
    }
  }

  async #strangers(group: readonly HookRow[]): Promise<string[]> {
    const [first] = group;
    if (!first) return [];
    const known = new Set(group.map(({ subscription }) => subscription));
    const ours = `${this.#deps.publicUrl().replace(/\/+$/, '')}${HOOK_PATH}`;
    const subscribing = await this.#subscribing(first);
    const ended: string[] = [];
    for (const { id, url } of (await subscribing.list()) ?? []) {
      if (!url.startsWith(ours) || known.has(id) || (await this.#isAwaited(id, url.slice(ours.length))))
        continue;
      await subscribing.unsubscribe(id);
      ended.push(id);
    }
    return ended;
  }

  /** Whether it came to be since the hooks were read: then it is no stranger. */
  async #isAwaited(id: string, address: string): Promise<boolean> {
    const { store, now } = this.#deps;
    const row = await hookAt(store.sql, hookHash(address), now());
    return typeof row === 'object' && (row.subscription === undefined || row.subscription === id);
  }

  async #subscribing(row: HookRow): Promise<Subscribing> {
    const { caller, spec } = await this.#deps.connect(row);
    return new Subscribing(caller, spec, this.#deps.now);
  }

  /** Renewed when a third of its time is left. */
  #settled(expiresAt: number | undefined): HookChange {
    const now = this.#deps.now();
    const dueAt = expiresAt === undefined ? null : Math.floor(expiresAt - Math.max(0, expiresAt - now) / 3);
    return { state: 'active', expiresAt: expiresAt ?? null, dueAt, attempts: 0, problem: null };
  }

  async #failed(name: string, error: unknown): Promise<void> {
    const { store, now, redact, log } = this.#deps;
    const row = await getHook(store.sql, name);
    if (!row) return;
    const { kind = 'unexpected', message, hint } = describe(error, redact);
    const attempts = row.attempts + 1;
    const stubborn = error instanceof ConnectorError && error.retry === 'never';
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(20, attempts - 1));
    const dueAt = Math.floor(now() + (stubborn ? STUBBORN_RETRY_MS : wait));
    // What surely had no effect left nothing behind to look for.
    const asked = row.asked && !(error instanceof ConnectorError && error.outcome === 'not-applied');
    await this.#save(name, {
      state: 'failed',
      asked,
      attempts,
      dueAt,
      problem: { kind, message, hint, at: Math.floor(now()) },
    });
    log('error', `the hook '${name}' could not be settled`, { kind, message, hint, attempts });
  }

  /** Saves a change; wakes whoever looks at it next, and receivers. */
  async #save(name: string, change: HookChange, also?: (sql: Sql) => Promise<void>): Promise<void> {
    const { store, jobs, changed } = this.#deps;
    await store.tx(async (sql) => {
      await also?.(sql);
      await changeHook(sql, name, change);
      if (typeof change.dueAt === 'number') {
        await jobs.enqueue(sql, { queue: HOOKS_QUEUE, key: name, runAt: change.dueAt });
      }
      afterCommit(sql, () => changed(name));
    });
  }
}

/** A new secret before those of now, which are taken a while longer. */
export function replaced(
  { secrets }: HookSecrets,
  value: string,
  now: number,
  keepMs = OVERLAP_MS,
): HookSecrets['secrets'] {
  const end = Math.floor(now + keepMs);
  const before = secrets.filter((one) => one.value !== value && (one.until ?? Infinity) > now);
  if (keepMs <= 0) return [{ value }];
  return [{ value }, ...before.map((one) => ({ value: one.value, until: Math.min(one.until ?? end, end) }))];
}

/** 192 bits, of letters that any path takes. */
export function newHookId(): string {
  return randomBytes(24).toString('base64url');
}
