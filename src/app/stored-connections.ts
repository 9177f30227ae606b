import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { consentOf } from '../core/auth.ts';
import { schemeOf, type Connection, type Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import type { TokenPair, TokenVault } from '../core/token-vault.ts';
import { renewIfOlderThan, revokeToken } from '../http/grants.ts';
import type { HttpDeps } from '../http/session.ts';
import { createBudgetLedger } from '../store/budget-ledger.ts';
import { openSqlite, type Store } from '../store/store.ts';
import { openVault, type ConnectionSettings, type StoredConnection, type Vault } from '../store/vault.ts';
import type { Config } from './config/index.ts';
import { tryOut, type Tested } from './connection-check.ts';
import { accountOf, connectorOf, spelled, type Linked } from './connections.ts';
import { oauthOf } from './oauth.ts';

/** A refresh token lives 90 days: each test renews one that has lain for a third of that. */
const RENEW_AFTER_DAYS = 30;
const DAY_MS = 86_400_000;

/** What a person adds. */
export interface NewConnection {
  name: string;
  /** Id of a built-in connector, or path of a definition. */
  connector: string;
  /** Key in the connector's `auths`; its own way when left out, or that of the consent. */
  auth?: string;
  credentials: Readonly<Record<string, Secret>>;
  settings: ConnectionSettings;
  /** Of a consent. */
  pair?: TokenPair;
}

/** The connections that people added, beside those of the configuration; encrypted in the data directory. */
export class StoredConnections {
  readonly #config: Config;
  readonly #deps: Omit<HttpDeps, 'budgets'>;
  readonly #changed: (name: string) => void;
  readonly #store: (() => Promise<Store>) | undefined;
  #vault: Promise<Vault> | undefined;

  /**
   * @param changed is told the name of each connection whose sessions are no longer true
   * @param store a database that keeps them with the rest of the state, instead of a file of their own
   */
  constructor(
    config: Config,
    deps: Omit<HttpDeps, 'budgets'>,
    changed: (name: string) => void,
    store?: () => Promise<Store>,
  ) {
    this.#config = config;
    this.#deps = deps;
    this.#changed = changed;
    this.#store = store;
  }

  /** What keeps them; opened, and made, when first needed. */
  vault(): Promise<Vault> {
    return (this.#vault ??= this.#open());
  }

  async #open(): Promise<Vault> {
    const { dataDir, secretKey } = this.#config;
    return openVault({
      place: (await this.#store?.()) ?? this.#file,
      keyFile: join(dataDir, 'secret.key'),
      ...(secretKey && { keyText: secretKey }),
      now: this.#deps.now,
    });
  }

  /** All by name, without secrets. */
  async list(): Promise<StoredConnection[]> {
    // Who never added one gets no file by looking.
    return this.#vault || this.#store || existsSync(this.#file) ? (await this.vault()).list() : [];
  }

  /** The connector of a stored connection; the name itself when there is none of that name. */
  async connectorOf(name: string): Promise<string> {
    if (this.#config.connections[name]) return name;
    return (await this.list()).find((stored) => stored.name === name)?.connector ?? name;
  }

  async has(name: string): Promise<boolean> {
    return (await this.list()).some((stored) => stored.name === name);
  }

  /**
   * A stored connection with its connector; undefined when there is none of that name.
   * @throws ConnectorError of kind `auth` when it is disabled
   */
  async link(name: string): Promise<Linked | undefined> {
    if (!(await this.has(name))) return undefined;
    const vault = await this.vault();
    const found = await vault.get(name);
    if (!found) return undefined;
    const { stored, credentials } = found;
    const connector = connectorOf(this.#config, stored.connector);
    if (stored.state === 'disabled') throw disabled(stored);
    const { servers, plan, share, dailyShare, allowPrivate, variables } = stored.settings;
    // An address that was set stands above the one that the token answer names: that is how a proxy attaches.
    const apiUrl = (await this.tokensFor(connector, stored)) && (await vault.load(name))?.pair.apiUrl;
    const connection: Connection = {
      name,
      connector: connector.id,
      account: stored.account,
      ...(stored.auth === '' ? {} : { auth: stored.auth }),
      credentials,
      servers: { ...(apiUrl === undefined ? {} : { api: apiUrl }), ...servers },
      ...(variables && { variables }),
      ...(allowPrivate === undefined ? {} : { allowPrivate }),
      ...(plan === undefined ? {} : { plan }),
      ...(share === undefined ? {} : { share }),
      ...(dailyShare === undefined ? {} : { dailyShare }),
    };
    return { connector, connection };
  }

  /** Where the tokens of a connection lie that came of a consent; undefined for others. */
  async tokensFor(
    connector: Connector,
    connection: Pick<Connection, 'name' | 'auth'>,
  ): Promise<TokenVault | undefined> {
    return consentOf(schemeOf(connector, connection)) ? this.vault() : undefined;
  }

  /**
   * A connection of the configuration. Where it chose to sign in as a person, tokens and account are those of the
   * consent that is stored under its name; everything else stands in the configuration.
   * @throws ConnectorError of kind `auth` when nobody consented, or the consent has ended
   */
  async withConsent(linked: Linked): Promise<Linked> {
    const { connector, connection } = linked;
    if (!consentOf(schemeOf(connector, connection))) return linked;
    const consent = (await this.has(connection.name)) ? await this.link(connection.name) : undefined;
    if (consent?.connector.id !== connector.id || consent.connection.auth !== connection.auth) {
      throw new ConnectorError(`nobody has consented to the connection '${connection.name}' yet`, {
        kind: 'auth',
        connector: connector.id,
        hint: `Consent in the browser: trunkline connections add ${connection.name} --oauth`,
      });
    }
    const { account, credentials, servers } = consent.connection;
    return {
      connector,
      connection: {
        ...connection,
        account,
        credentials: { ...credentials, ...connection.credentials },
        servers: { ...servers, ...connection.servers },
      },
    };
  }

  /** Keeps a new connection, or one that replaces the stored one of that name. */
  async add(added: NewConnection): Promise<void> {
    const connector = connectorOf(this.#config, added.connector);
    const { name, settings, pair } = added;
    const credentials = spelled(connector, added.credentials);
    const auth = added.auth ?? (pair ? oauthOf(connector).name : '');
    // Whose consent it is turns out at the first test.
    const account = pair ? `${connector.id}:${name}` : accountOf(connector, name, credentials);
    const vault = await this.vault();
    await vault.put({ name, connector: added.connector, auth, account, settings }, credentials, pair);
    this.#changed(name);
  }

  /**
   * Signs in and makes the connector's check, without touching the budgets of running work.
   * @throws ConnectorError when it does not work; what came of it is noted for stored connections
   */
  async test({ connector, connection }: Linked): Promise<Tested> {
    const stored = (await this.list()).find(({ name }) => name === connection.name);
    try {
      const result = await this.#check(connector, connection, stored);
      if (stored) await (await this.vault()).noteCheck(connection.name, 'ok');
      return result;
    } catch (error) {
      if (stored && error instanceof ConnectorError) {
        await (await this.vault()).noteCheck(connection.name, error.message);
      }
      throw error;
    }
  }

  /**
   * Renews the tokens of every consent that has lain so many days, for a schedule: unused, a refresh token dies of
   * age. Gives the names of those that were renewed; one that fails does not keep the others from it.
   */
  async renewIfOlderThan(days: number): Promise<string[]> {
    const renewed: string[] = [];
    for (const { name, state } of await this.list()) {
      if (state === 'disabled') continue;
      try {
        const linked = await this.link(name);
        if (linked && (await this.#renew(linked, days))) renewed.push(name);
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        this.#deps.log('warn', `the access of '${name}' could not be renewed`, { error });
      }
    }
    return renewed;
  }

  async #renew({ connector, connection }: Linked, days: number): Promise<boolean> {
    const scheme = consentOf(schemeOf(connector, connection));
    if (!scheme) return false;
    await using memory = await openSqlite({ path: ':memory:', now: this.#deps.now });
    const budgets = createBudgetLedger(memory);
    const deps = { ...this.#deps, budgets, tokens: await this.vault() };
    return renewIfOlderThan(connector, scheme, connection, days * DAY_MS, deps);
  }

  async #check(
    connector: Connector,
    connection: Connection,
    stored: StoredConnection | undefined,
  ): Promise<Tested> {
    await using memory = await openSqlite({ path: ':memory:', now: this.#deps.now });
    const tokens = await this.tokensFor(connector, connection);
    if (tokens) await this.#renew({ connector, connection }, RENEW_AFTER_DAYS);
    const budgets = createBudgetLedger(memory);
    const deps: HttpDeps = { ...this.#deps, budgets, ...(tokens && { tokens }) };
    const { owner, ...tested } = await tryOut(connector, connection, deps);
    if (owner && stored) await this.#place(stored, connector, owner.account, owner.user);
    return tested;
  }

  /** Notes whose tokens they are: all connections of an account share its budgets. */
  async #place(stored: StoredConnection, connector: Connector, accountId: unknown, userId: unknown) {
    const { name } = stored;
    const settings = {
      ...stored.settings,
      ...(typeof accountId === 'string' ? { accountId } : {}),
      ...(typeof userId === 'string' ? { userId } : {}),
    };
    const account = typeof accountId === 'string' ? `${connector.id}:${accountId}` : stored.account;
    if (account !== stored.account) this.#changed(name);
    await (await this.vault()).place({ name, account, settings });
  }

  /** Tells the other side that the consent is no longer wanted, then erases the connection. */
  async revoke(name: string): Promise<void> {
    const vault = await this.vault();
    const tokens = await vault.load(name);
    // Of a disabled connection there is nothing left to be revoked.
    const linked = tokens && (await this.link(name));
    if (linked && tokens) {
      const { connector, connection } = linked;
      const scheme = consentOf(schemeOf(connector, connection));
      await using memory = await openSqlite({ path: ':memory:', now: this.#deps.now });
      const deps: HttpDeps = { ...this.#deps, budgets: createBudgetLedger(memory) };
      const { refresh, access } = tokens.pair;
      if (scheme) await revokeToken(connector, scheme, connection, refresh ?? access, deps);
    }
    await this.remove(name);
  }

  /** Erases a connection; false when there was none. */
  async remove(name: string): Promise<boolean> {
    if (!(await this.has(name))) return false;
    this.#changed(name);
    return (await this.vault()).remove(name);
  }

  /** Takes a connection out of use and erases its tokens. */
  async disable(name: string, reason: string): Promise<void> {
    this.#changed(name);
    await (await this.vault()).disable(name, reason);
  }

  /** A person has removed the app on the other side: gives the names of the connections that ended with it. */
  async deauthorize(accountId: string, userId: string): Promise<string[]> {
    const ended = (await this.list()).filter(
      ({ settings }) => settings.accountId === accountId && settings.userId === userId,
    );
    for (const { name } of ended) await this.disable(name, 'the person removed the app: consent again');
    return ended.map(({ name }) => name);
  }

  async close(): Promise<void> {
    await (await this.#vault?.catch(() => undefined))?.close();
  }

  get #file(): string {
    return join(this.#config.dataDir, 'connections.db');
  }
}

function disabled({ name, connector, auth, checkResult }: StoredConnection): ConnectorError {
  const flag = auth === '' ? '' : ' --oauth';
  return new ConnectorError(
    `the connection '${name}' is disabled: ${checkResult ?? 'its access has ended'}`,
    {
      kind: 'auth',
      connector,
      hint: `Connect it again: trunkline connections add ${connector}${flag} --name ${name}`,
    },
  );
}
