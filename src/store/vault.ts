import type { Secret } from '../core/secret.ts';
import type { StoredPair, TokenPair, TokenVault } from '../core/token-vault.ts';
import { CONNECTION_MIGRATIONS } from './migrations.ts';
import { createKey, findKey } from './secret-key.ts';
import { keyIdOf, seal, unseal, wrongKey, type SealKey } from './seal.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';
import {
  fromRow,
  packCredentials,
  packPair,
  unpackCredentials,
  unpackPair,
  type ConnectionRow,
  type StoredConnection,
} from './vault-rows.ts';

export type { ConnectionSettings, StoredConnection } from './vault-rows.ts';

/** Where the vault lies, and what opens it. */
export interface VaultOptions {
  /**
   * A file of its own, which several processes may have open at once; or a store that has these tables among others, and
   * stays open when the vault is closed.
   */
  place: string | Store;
  /** Used when no text is given; made when nothing is sealed yet. */
  keyFile: string;
  /** Goes before the key file. */
  keyText?: Secret;
  now: () => number;
}

const COLUMNS = 'name, connector, auth, account, settings, state, created_at, checked_at, check_result';
const LIST = `SELECT ${COLUMNS} FROM connections ORDER BY name`;
const GET = `SELECT ${COLUMNS}, sealed FROM connections WHERE name = $1`;
const ANY_SEALED = `SELECT sealed FROM connections LIMIT 1`;
const PUT = `
  INSERT INTO connections (name, connector, auth, account, settings, sealed, state, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, 'active', $7)
  ON CONFLICT (name) DO UPDATE SET connector = excluded.connector, auth = excluded.auth,
    account = excluded.account, settings = excluded.settings, sealed = excluded.sealed, state = 'active',
    checked_at = NULL, check_result = NULL`;
const PLACE = `UPDATE connections SET account = $2, settings = $3 WHERE name = $1`;
const CHECKED = `UPDATE connections SET checked_at = $2, check_result = $3 WHERE name = $1`;
const DISABLE = `UPDATE connections SET state = 'disabled', checked_at = $2, check_result = $3 WHERE name = $1`;
const REMOVE = `DELETE FROM connections WHERE name = $1 RETURNING name`;

const LOAD = `SELECT sealed, version FROM tokens WHERE name = $1`;
// A new row begins at the time: a version is never used twice, even when a connection is removed and added again.
const PUT_PAIR = `
  INSERT INTO tokens (name, sealed, version, expires_at, refresh_expires_at)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, version = tokens.version + 1,
    expires_at = excluded.expires_at, refresh_expires_at = excluded.refresh_expires_at,
    lease_owner = '', lease_until = 0`;
const CLAIM = `
  UPDATE tokens SET lease_owner = $3, lease_until = $4
  WHERE name = $1 AND version = $2 AND (lease_until <= $5 OR lease_owner = $3)
  RETURNING version`;
const RELEASE = `UPDATE tokens SET lease_owner = '', lease_until = 0 WHERE name = $1 AND lease_owner = $2`;
const REPLACE = `
  UPDATE tokens SET sealed = $3, version = version + 1, expires_at = $4, refresh_expires_at = $5,
    lease_owner = '', lease_until = 0
  WHERE name = $1 AND version = $2
  RETURNING version`;
const ERASE_PAIR = `DELETE FROM tokens WHERE name = $1`;

/** Opens the stored connections; a new, empty file when there is none. */
export async function openVault(options: VaultOptions): Promise<Vault> {
  const { place, now } = options;
  if (typeof place !== 'string') return new Vault(place, options, false);
  const store = await openSqlite({ path: place, now, shared: true, migrations: CONNECTION_MIGRATIONS });
  // What is erased shall not stand in the file's free pages.
  await store.sql('PRAGMA secure_delete = ON');
  return new Vault(store, options, true);
}

/** Connections that people added, with their credentials and tokens encrypted. */
export class Vault implements TokenVault {
  readonly #store: Store;
  readonly #options: VaultOptions;
  readonly #ownsStore: boolean;
  #key: SealKey | undefined;

  constructor(store: Store, options: VaultOptions, ownsStore: boolean) {
    this.#store = store;
    this.#options = options;
    this.#ownsStore = ownsStore;
  }

  /** All of them by name; needs no key. */
  async list(): Promise<StoredConnection[]> {
    return (await this.#store.sql<ConnectionRow>(LIST)).map(fromRow);
  }

  /** One of them with its credentials; undefined when there is none. */
  async get(
    name: string,
  ): Promise<{ stored: StoredConnection; credentials: Record<string, Secret> } | undefined> {
    const [row] = await this.#store.sql<ConnectionRow & { sealed: string }>(GET, [name]);
    if (!row) return undefined;
    const text = unseal(await this.#keyAtHand(), name, row.sealed);
    return { stored: fromRow(row), credentials: unpackCredentials(text) };
  }

  /** Adds a connection or replaces it, with its first pair of tokens where it has such. */
  async put(
    connection: Pick<StoredConnection, 'name' | 'connector' | 'auth' | 'account' | 'settings'>,
    credentials: Readonly<Record<string, Secret>>,
    pair?: TokenPair,
  ): Promise<void> {
    const key = await this.#keyAtHand();
    const { name, connector, auth, account, settings } = connection;
    const now = this.#store.now();
    const sealed = seal(key, name, packCredentials(credentials));
    const sealedPair = pair && seal(key, tokensOf(name), packPair(pair));
    await this.#store.tx(async (sql) => {
      await sql(PUT, [name, connector, auth, account, JSON.stringify(settings), sealed, now]);
      if (pair && sealedPair !== undefined) {
        await sql(PUT_PAIR, [name, sealedPair, now, pair.expiresAt, pair.refreshExpiresAt]);
      } else await sql(ERASE_PAIR, [name]);
    });
  }

  /** Notes whose account it turned out to be. */
  async place({ name, account, settings }: Pick<StoredConnection, 'name' | 'account' | 'settings'>) {
    await this.#store.sql(PLACE, [name, account, JSON.stringify(settings)]);
  }

  /** Notes how a test ended: `ok`, or why it did not work. */
  async noteCheck(name: string, result: string): Promise<void> {
    await this.#store.sql(CHECKED, [name, this.#store.now(), result]);
  }

  /** Erases it with all that belongs to it; false when there was none. */
  async remove(name: string): Promise<boolean> {
    return this.#store.tx(async (sql) => {
      await sql(ERASE_PAIR, [name]);
      return (await sql(REMOVE, [name])).length > 0;
    });
  }

  async load(name: string): Promise<StoredPair | undefined> {
    const [row] = await this.#store.sql<{ sealed: string; version: number }>(LOAD, [name]);
    if (!row) return undefined;
    const text = unseal(await this.#keyAtHand(), tokensOf(name), row.sealed);
    return { pair: unpackPair(text), version: row.version };
  }

  async claim(name: string, version: number, owner: string, forMs: number): Promise<boolean> {
    const now = this.#store.now();
    return (await this.#store.sql(CLAIM, [name, version, owner, now + forMs, now])).length > 0;
  }

  async release(name: string, owner: string): Promise<void> {
    await this.#store.sql(RELEASE, [name, owner]);
  }

  async replace(name: string, version: number, pair: TokenPair): Promise<number | undefined> {
    const sealed = seal(await this.#keyAtHand(), tokensOf(name), packPair(pair));
    const values = [name, version, sealed, pair.expiresAt, pair.refreshExpiresAt];
    const [row] = await this.#store.sql<{ version: number }>(REPLACE, values);
    return row?.version;
  }

  /** Encrypts a text that is kept elsewhere; it opens only under the same label. */
  async sealText(label: string, text: string): Promise<string> {
    return seal(await this.#keyAtHand(), label, text);
  }

  /** The text that was sealed under this label. */
  async openText(label: string, sealed: string): Promise<string> {
    return unseal(await this.#keyAtHand(), label, sealed);
  }

  async disable(name: string, reason: string): Promise<void> {
    await this.#store.tx(async (sql) => {
      await sql(ERASE_PAIR, [name]);
      await sql(DISABLE, [name, this.#store.now(), reason]);
    });
  }

  async close(): Promise<void> {
    if (this.#ownsStore) await this.#store.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The key, once it is sure that it is the one that everything here is sealed with. */
  async #keyAtHand(): Promise<SealKey> {
    if (this.#key) return this.#key;
    const { keyText, keyFile } = this.#options;
    const found = findKey(keyText?.reveal(), keyFile);
    const [row] = await this.#store.sql<{ sealed: string }>(ANY_SEALED);
    const expected = row && keyIdOf(row.sealed);
    // A second key beside the first would leave some secrets behind that nobody can read.
    if (expected !== undefined && expected !== found?.id) throw wrongKey(expected, found?.id);
    return (this.#key = found ?? createKey(keyFile));
  }
}

/** What tokens are sealed under: one may not stand in for a credential of the same connection. */
function tokensOf(name: string): string {
  return `${name}/tokens`;
}
