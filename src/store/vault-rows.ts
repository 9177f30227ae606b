import type { TokenPair } from '../core/token-vault.ts';
import type { Allowed } from '../core/private-address.ts';
import { Secret } from '../core/secret.ts';

/** What may be set for a stored connection, beside its credentials. */
export interface ConnectionSettings {
  servers?: Record<string, string>;
  plan?: string;
  share?: number;
  dailyShare?: number;
  /** What a connector that came from a document may reach beside the open internet. */
  allowPrivate?: Allowed;
  /** Values of the parts in braces of the connector's addresses. */
  variables?: Record<string, string>;
  /** Ids by which the other side names the account and the person who consented. */
  accountId?: string;
  userId?: string;
}

/** A stored connection as it may be shown: nothing of it is secret. */
export interface StoredConnection {
  name: string;
  connector: string;
  /** Key in the connector's `auths`; empty for its `auth`. */
  auth: string;
  account: string;
  settings: ConnectionSettings;
  state: 'active' | 'disabled';
  createdAt: number;
  checkedAt: number | null;
  /** `ok`, or why it did not work. */
  checkResult: string | null;
}

/** A row of the table `connections` without what is sealed. */
export interface ConnectionRow {
  name: string;
  connector: string;
  auth: string;
  account: string;
  settings: string;
  state: string;
  created_at: number;
  checked_at: number | null;
  check_result: string | null;
}

export function fromRow(row: ConnectionRow): StoredConnection {
  return {
    name: row.name,
    connector: row.connector,
    auth: row.auth,
    account: row.account,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by this room only
    settings: JSON.parse(row.settings) as ConnectionSettings,
    state: row.state === 'active' ? 'active' : 'disabled',
    createdAt: row.created_at,
    checkedAt: row.checked_at,
    checkResult: row.check_result,
  };
}

/** Secrets as the text that is sealed. */
export function packCredentials(credentials: Readonly<Record<string, Secret>>): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(credentials).map(([name, secret]) => [name, secret.reveal()])),
  );
}

export function unpackCredentials(text: string): Record<string, Secret> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `packCredentials`
  const plain = JSON.parse(text) as Record<string, string>;
  return Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, new Secret(value)]));
}

/** A pair as the text that is sealed. */
export function packPair({ access, refresh, ...rest }: TokenPair): string {
  return JSON.stringify({ ...rest, access: access.reveal(), refresh: refresh?.reveal() });
}

export function unpackPair(text: string): TokenPair {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `packPair`
  const { access, refresh, ...rest } = JSON.parse(text) as Omit<TokenPair, 'access' | 'refresh'> & {
    access: string;
    refresh?: string;
  };
  return {
    ...rest,
    access: new Secret(access),
    ...(refresh === undefined ? {} : { refresh: new Secret(refresh) }),
  };
}
