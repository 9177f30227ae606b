import { randomBytes } from 'node:crypto';
import { ConnectorError } from '../../core/errors.ts';
import { hookHash, hookUrl } from '../../core/hook-address.ts';
import type { WebhookSpec } from '../../openapi/definition-webhook.ts';
import {
  BUSY_MS,
  HOOKS_QUEUE,
  newHookId,
  replaced,
  type HookKeeper,
} from '../../webhooks/hooks/lifecycle.ts';
import {
  changeHook,
  deleteHook,
  getHook,
  insertHook,
  listHooks,
  moveAddress,
  type HookChange,
  type HookRow,
  type HookSecrets,
} from '../../webhooks/hooks/rows.ts';
import type { App } from '../app.ts';
import { keeperOf, requirePublicUrl, tellChanged } from './keeper.ts';
import { checkSettings, resolveHook, type Resolved } from './resolve.ts';
import { sealerOf } from './sealer.ts';
import { testHook, type Sample } from './testing.ts';
import type {
  HookDetail,
  HookMade,
  Hooks,
  HookTest,
  HookView,
  NewHookRequest,
  RotateRequest,
} from './types.ts';
import { viewOf } from './view.ts';

const DAY_MS = 86_400_000;
/** Who finds a hook in the hands of another waits for so long, looking so often. */
const LOOK_MS = 100;
const MOST_LOOKS = 300;
const NAME = /^[a-z0-9][\w./-]{0,99}$/i;
/** Systems that make the secret themselves, and show it to the person who pastes the address. */
const MADE_BY_THEM = new Set(['slack', 'stripe', 'standard-webhooks', 'zoom']);

/** The hooks in the store of this process. */
export class LocalHooks implements Hooks {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  async list(): Promise<HookView[]> {
    const { sql } = await this.#app.store();
    const rows = await listHooks(sql);
    return Promise.all(rows.map(async (row) => viewOf(this.#app, row, await this.#secrets(row))));
  }

  async show(name: string): Promise<HookDetail> {
    const row = await this.#row(name);
    return this.#detail(row, await this.#secrets(row));
  }

  async add(request: NewHookRequest): Promise<HookMade> {
    const store = await this.#app.store();
    const { hook, resolved, ours } = await this.#prepare(request);
    const { name, kind } = hook;
    if (kind === 'resthook') requirePublicUrl(this.#app);
    const given = request.secrets ?? [];
    if (given.includes('')) throw wrong('a secret is empty', 'Give the secret that the other system shows.');
    const values = given.length > 0 || !ours ? given : [newSecret(resolved)];
    const secrets: HookSecrets = { id: newHookId(), secrets: values.map((value) => ({ value })) };
    const sealed = await (await sealerOf(this.#app)).seal(name, secrets);
    const state = kind === 'static' ? 'active' : 'pending';
    await store.tx(async (sql) => {
      await insertHook(sql, { ...hook, sealed, state }, store.now());
      await moveAddress(sql, name, hookHash(secrets.id), store.now());
      // A crash after this line: whoever serves next subscribes.
      await this.#wake(sql, name);
    });
    try {
      await this.#settle(name);
    } catch (error) {
      // What was refused is not kept; what may come right is on record, and tried again.
      if (!isRefusal(error)) return this.#made(name);
      await store.tx((sql) => deleteHook(sql, name, store.now()));
      tellChanged(this.#app, name);
      throw error;
    }
    return this.#made(name);
  }

  async enable(name: string): Promise<HookMade> {
    const row = await this.#row(name);
    if (row.wanted === 'gone')
      throw wrong(`the hook '${name}' is being removed`, 'Add it again under another name.');
    if (row.kind === 'resthook') requirePublicUrl(this.#app);
    await this.#change(name, {
      wanted: 'on',
      state: row.state === 'active' ? 'active' : 'pending',
      attempts: 0,
    });
    await this.#settle(name);
    return this.#made(name, row.wanted !== 'on');
  }

  async disable(name: string): Promise<HookView> {
    await this.#row(name);
    await this.#change(name, { wanted: 'off' });
    await this.#settle(name);
    const row = await this.#row(name);
    return viewOf(this.#app, row, await this.#secrets(row));
  }

  async rotate(name: string, request: RotateRequest): Promise<HookMade> {
    const row = await this.#row(name);
    const { what = 'secret', secret, keepMs = DAY_MS } = request;
    const store = await this.#app.store();
    const before = await this.#secrets(row);
    const resolved = await resolveHook(this.#app, row);
    const value = what === 'address' ? undefined : (secret ?? newSecret(resolved));
    const now = store.now();
    const secrets: HookSecrets = {
      id: what === 'secret' && row.kind === 'static' ? before.id : newHookId(),
      secrets: value === undefined ? before.secrets : replaced(before, value, now, keepMs),
      ...(row.subscription !== undefined && { former: row.subscription }),
    };
    const sealed = await (await sealerOf(this.#app)).seal(name, secrets);
    const subscribes = row.kind === 'resthook' && row.wanted === 'on';
    await store.tx(async (sql) => {
      const anew: HookChange = subscribes ? { subscription: null, expiresAt: null, state: 'pending' } : {};
      await changeHook(sql, name, { sealed, ...anew });
      if (secrets.id !== before.id && !subscribes)
        await moveAddress(sql, name, hookHash(secrets.id), now + keepMs);
      if (subscribes) await this.#wake(sql, name);
    });
    tellChanged(this.#app, name);
    if (subscribes) await this.#settle(name);
    return this.#made(name);
  }

  async remove(name: string, force = false): Promise<{ removed: boolean }> {
    const store = await this.#app.store();
    await this.#row(name);
    await this.#change(name, { wanted: 'gone' });
    try {
      await this.#settle(name);
    } catch (error) {
      if (!force) throw error;
      await store.tx((sql) => deleteHook(sql, name, store.now()));
      tellChanged(this.#app, name);
    }
    return { removed: (await getHook(store.sql, name)) === undefined };
  }

  async test(name: string, sample: Sample = {}): Promise<HookTest> {
    const row = await this.#row(name);
    return testHook(this.#app, row, await this.#secrets(row), this.#base(), sample);
  }

  async sweep(): Promise<{ connection: string; id: string }[]> {
    return (await this.#keeper()).sweep();
  }

  async #prepare(request: NewHookRequest) {
    const { connection, settings, events } = request;
    if ((connection === undefined) === (settings === undefined)) {
      throw wrong(
        'give either a connection or settings',
        'A hook is one of a connection, or stands by itself.',
      );
    }
    const spec = settings && checkSettings(settings);
    const webhook = connection === undefined ? undefined : await this.#webhookOf(connection, request.webhook);
    const name = request.name ?? (connection === undefined ? spec?.preset : `${connection}/${webhook}`);
    if (name === undefined || !NAME.test(name)) {
      throw wrong(
        `'${name ?? ''}' cannot be the name of a hook`,
        'Use letters, digits, -, _, . and /, such as shop/orders.',
      );
    }
    const own = { name, connection, webhook, settings: spec && JSON.stringify(settings) };
    const resolved = await resolveHook(this.#app, own);
    const subscribes = resolved.trigger.subscription !== undefined;
    const hook = { ...own, kind: subscribes ? ('resthook' as const) : ('static' as const), events };
    return { hook, resolved, ours: isOurs(resolved, spec, subscribes) };
  }

  async #webhookOf(connection: string, given: string | undefined): Promise<string> {
    const { connector } = await this.#app.link(connection);
    const known = Object.entries(connector.triggers ?? {}).flatMap(([name, { byHook }]) =>
      byHook ? [name] : [],
    );
    const [only] = known;
    if (given !== undefined && known.includes(given)) return given;
    if (given === undefined && only !== undefined && known.length === 1) return only;
    const there =
      known.length > 0 ? `There are: ${known.join(', ')}.` : 'Its definition has none: docs/hooks.md.';
    throw wrong(
      given === undefined
        ? `say which webhook of ${connector.title} it is`
        : `${connector.title} has no webhook '${given}' that is taken by a hook`,
      there,
    );
  }

  async #row(name: string): Promise<HookRow> {
    const row = await getHook((await this.#app.store()).sql, name);
    if (row) return row;
    throw new ConnectorError(`there is no hook '${name}'`, {
      kind: 'not-found',
      hint: 'List them: trunkline hooks list',
    });
  }

  async #secrets(row: HookRow): Promise<HookSecrets> {
    return (await sealerOf(this.#app)).open(row.name, row.sealed);
  }

  async #detail(row: HookRow, secrets: HookSecrets): Promise<HookDetail> {
    return { ...(await viewOf(this.#app, row, secrets)), url: hookUrl(this.#base(), secrets.id) };
  }

  /** With the secret that a person must give to the other system; a RESThook has given it already. */
  async #made(name: string, withSecret = true): Promise<HookMade> {
    const row = await this.#row(name);
    const secrets = await this.#secrets(row);
    const detail = await this.#detail(row, secrets);
    const secret = secrets.secrets[0]?.value;
    return { ...detail, ...(withSecret && row.kind === 'static' && secret !== undefined && { secret }) };
  }

  async #change(name: string, change: HookChange): Promise<void> {
    const store = await this.#app.store();
    await store.tx(async (sql) => {
      await changeHook(sql, name, { ...change, dueAt: store.now() });
      await this.#wake(sql, name);
    });
    tellChanged(this.#app, name);
  }

  async #wake(sql: Parameters<Parameters<Awaited<ReturnType<App['store']>>['tx']>[0]>[0], name: string) {
    // We settle it ourselves, now; this is for the case that we do not live to see it.
    const runAt = (await this.#app.store()).now() + BUSY_MS;
    await (await this.#app.jobs()).enqueue(sql, { queue: HOOKS_QUEUE, key: name, runAt });
  }

  async #settle(name: string): Promise<void> {
    tellChanged(this.#app, name);
    const keeper = await this.#keeper();
    for (let i = 0; i < MOST_LOOKS; i++) {
      if (await keeper.settle(name)) return;
      await this.#app.world.sleep(LOOK_MS);
    }
  }

  #keeper(): Promise<HookKeeper> {
    return keeperOf(this.#app);
  }

  /** Where others reach this server; where this machine does, when nobody said. */
  #base(): string {
    const { publicUrl, host, port } = this.#app.config;
    return publicUrl ?? `http://${host}:${port}`;
  }
}

function isRefusal(error: unknown): boolean {
  return !(error instanceof ConnectorError) || (error.retry === 'never' && error.outcome === 'not-applied');
}

function isOurs({ open }: Resolved, spec: WebhookSpec | undefined, subscribes: boolean): boolean {
  if (open) return false;
  return (
    subscribes || spec?.preset === undefined || spec.auth !== undefined || !MADE_BY_THEM.has(spec.preset)
  );
}

/** 256 bits, written as the trigger wants its secrets. */
function newSecret({ trigger }: Resolved): string {
  const { secret } = trigger.verify;
  const bytes = randomBytes(32);
  return secret ? `${secret.prefix}${bytes.toString(secret.encoding)}` : bytes.toString('base64url');
}

function wrong(message: string, hint: string): ConnectorError {
  return new ConnectorError(message, { kind: 'input', hint });
}
