import { ConnectorError } from '../../core/errors.ts';
import type { Sql, SqlValue } from '../../store/store.ts';

export type HookKind = 'static' | 'resthook';
/** What a person wants of it. */
export type Wanted = 'on' | 'off' | 'gone';
/** `pending`: not settled with the other side yet; `failed`: it was tried, and will be again while `dueAt` says so. */
export type HookState = 'pending' | 'active' | 'off' | 'failed';

/** What went wrong with a hook the last time. */
export interface HookProblem {
  kind: string;
  message: string;
  hint: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** An address at which a system pushes events to us, as it is stored. Times are milliseconds since the epoch. */
export interface HookRow {
  name: string;
  kind: HookKind;
  connection: string | undefined;
  /** Key among the triggers of the connection's connector. */
  webhook: string | undefined;
  /** Of a hook by itself: its settings as JSON. */
  settings: string | undefined;
  events: readonly string[] | undefined;
  /** `HookSecrets`, encrypted. */
  sealed: string;
  wanted: Wanted;
  state: HookState;
  subscription: string | undefined;
  asked: boolean;
  expiresAt: number | undefined;
  dueAt: number | undefined;
  attempts: number;
  problem: HookProblem | undefined;
  createdAt: number;
  version: number;
}

/** What is encrypted of a hook. */
export interface HookSecrets {
  /** Of its address. */
  id: string;
  /** Newest first; one that is being replaced has an end, in milliseconds since the epoch. */
  secrets: readonly { value: string; until?: number }[];
  /** A subscription that ends once there is the one that follows it. */
  former?: string;
}

interface Row {
  name: string;
  kind: HookKind;
  connection: string | null;
  webhook: string | null;
  settings: string | null;
  events: string | null;
  sealed: string;
  wanted: Wanted;
  state: HookState;
  subscription: string | null;
  asked: number;
  expires_at: number | null;
  due_at: number | null;
  attempts: number;
  problem: string | null;
  created_at: number;
  version: number;
}

const COLUMNS = `hooks.name AS name, kind, connection, webhook, settings, events, sealed, wanted, state, subscription,
  asked, expires_at, due_at, attempts, problem, created_at, version`;

const LIST = `SELECT ${COLUMNS} FROM hooks ORDER BY name`;
const GET = `SELECT ${COLUMNS} FROM hooks WHERE name = $1`;
const AT = `
  SELECT ${COLUMNS}, over_at, hook_addresses.name AS owner FROM hook_addresses
  LEFT JOIN hooks ON hooks.name = hook_addresses.name AND hooks.wanted <> 'gone'
  WHERE hash = $1`;

/** All hooks by name. */
export async function listHooks(sql: Sql): Promise<HookRow[]> {
  return (await sql<Row>(LIST)).map(rowOf);
}

const COUNT = `SELECT state, count(*) AS count FROM hooks WHERE wanted <> 'gone' GROUP BY state ORDER BY state`;

/** How many hooks are in each state. */
export function countHooks(sql: Sql): Promise<{ state: HookRow['state']; count: number }[]> {
  return sql(COUNT);
}

export async function getHook(sql: Sql, name: string): Promise<HookRow | undefined> {
  const [row] = await sql<Row>(GET, [name]);
  return row && rowOf(row);
}

/** The hook at an address: `gone` when there was one, undefined when there never was. */
export async function hookAt(sql: Sql, hash: string, now: number): Promise<HookRow | 'gone' | undefined> {
  const [row] = await sql<Omit<Row, 'name'> & { name: string | null; over_at: number | null }>(AT, [hash]);
  if (!row) return undefined;
  if (row.name === null || (row.over_at !== null && row.over_at <= now)) return 'gone';
  return rowOf(row as Row);
}

export type NewHook = Pick<
  HookRow,
  'name' | 'kind' | 'connection' | 'webhook' | 'settings' | 'events' | 'sealed' | 'state'
>;

const INSERT = `
  INSERT INTO hooks (name, kind, connection, webhook, settings, events, sealed, wanted, state, subscription, asked,
    expires_at, due_at, attempts, problem, lease_until, created_at, version)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 'on', $8, NULL, 0, NULL, $9, 0, NULL, 0, $9, $9)
  ON CONFLICT (name) DO NOTHING RETURNING name`;

// The version begins at the time: one that is removed and added again is not taken for the one before.
/**
 * Adds a hook that is wanted from now on.
 * @throws ConnectorError of kind `input` when the name is taken
 */
export async function insertHook(sql: Sql, hook: NewHook, now: number): Promise<void> {
  const { name, kind, connection, webhook, settings, events, sealed, state } = hook;
  const list = events ? JSON.stringify(events) : null;
  const values = [
    name,
    kind,
    connection ?? null,
    webhook ?? null,
    settings ?? null,
    list,
    sealed,
    state,
    now,
  ];
  if ((await sql(INSERT, values)).length > 0) return;
  throw new ConnectorError(`there is a hook '${name}' already`, {
    kind: 'input',
    hint: `Choose another name, or remove it first: trunkline hooks remove ${name}`,
  });
}

const ADD_ADDRESS = `
  INSERT INTO hook_addresses (hash, name, over_at) VALUES ($1, $2, NULL)
  ON CONFLICT (hash) DO UPDATE SET over_at = NULL`;
const END_ADDRESSES = `
  UPDATE hook_addresses SET over_at = $2 WHERE name = $1 AND hash <> $3 AND (over_at IS NULL OR over_at > $2)`;

/** Makes this the address of a hook; those before it end at the given time. */
export async function moveAddress(sql: Sql, name: string, hash: string, overAt: number): Promise<void> {
  await sql(END_ADDRESSES, [name, overAt, hash]);
  await sql(ADD_ADDRESS, [hash, name]);
}

/** Ends all addresses of a hook: who comes is told that it is gone. */
export async function endAddresses(sql: Sql, name: string, overAt: number): Promise<void> {
  await sql(END_ADDRESSES, [name, overAt, '']);
}

/** Members that change together. */
export type HookChange = Partial<
  Pick<HookRow, 'sealed' | 'wanted' | 'state' | 'asked' | 'attempts' | 'events'> & {
    subscription: string | null;
    expiresAt: number | null;
    dueAt: number | null;
    problem: HookProblem | null;
    leaseUntil: number;
  }
>;

const NAMES: Readonly<Record<keyof HookChange, string>> = {
  sealed: 'sealed',
  wanted: 'wanted',
  state: 'state',
  asked: 'asked',
  attempts: 'attempts',
  events: 'events',
  subscription: 'subscription',
  expiresAt: 'expires_at',
  dueAt: 'due_at',
  problem: 'problem',
  leaseUntil: 'lease_until',
};

/** Changes a hook; whoever has read it before sees by its version that it is another. */
export async function changeHook(sql: Sql, name: string, change: HookChange): Promise<void> {
  const given = Object.entries(change) as [keyof HookChange, unknown][];
  const sets = given.map(([member], i) => `${NAMES[member]} = $${i + 2}`);
  const values = given.map(([, value]): SqlValue => {
    if (typeof value === 'boolean') return value ? 1 : 0;
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as SqlValue);
  });
  await sql(`UPDATE hooks SET ${sets.join(', ')}, version = version + 1 WHERE name = $1`, [name, ...values]);
}

const CLAIM = `UPDATE hooks SET lease_until = $2 WHERE name = $1 AND lease_until <= $3 RETURNING name`;

/** Takes a hook in hand until a time; false when another has it. */
export async function claimHook(sql: Sql, name: string, until: number, now: number): Promise<boolean> {
  return (await sql(CLAIM, [name, until, now])).length > 0;
}

const RELEASE = 'UPDATE hooks SET lease_until = 0 WHERE name = $1 AND lease_until = $2';

/** Lets go of a hook that was taken until that time. */
export async function releaseHook(sql: Sql, name: string, until: number): Promise<void> {
  await sql(RELEASE, [name, until]);
}

const FREE = 'UPDATE hooks SET lease_until = 0 WHERE lease_until > 0';

/** Lets go of all hooks: for a store with one owner, at its start. */
export async function freeHooks(sql: Sql): Promise<void> {
  await sql(FREE);
}

const DELETE = 'DELETE FROM hooks WHERE name = $1';

/** Erases a hook; its addresses are remembered as over. */
export async function deleteHook(sql: Sql, name: string, now: number): Promise<void> {
  await endAddresses(sql, name, now);
  await sql(DELETE, [name]);
}

const DUE = 'SELECT name FROM hooks WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at';

/** Names of those that are to be looked at. */
export async function dueHooks(sql: Sql, now: number): Promise<string[]> {
  return (await sql<{ name: string }>(DUE, [now])).map(({ name }) => name);
}

function rowOf(row: Row): HookRow {
  return {
    name: row.name,
    kind: row.kind,
    connection: row.connection ?? undefined,
    webhook: row.webhook ?? undefined,
    settings: row.settings ?? undefined,
    events: row.events === null ? undefined : (JSON.parse(row.events) as string[]),
    sealed: row.sealed,
    wanted: row.wanted,
    state: row.state,
    subscription: row.subscription ?? undefined,
    asked: row.asked !== 0,
    expiresAt: row.expires_at ?? undefined,
    dueAt: row.due_at ?? undefined,
    attempts: row.attempts,
    problem: row.problem === null ? undefined : (JSON.parse(row.problem) as HookProblem),
    createdAt: row.created_at,
    version: row.version,
  };
}
