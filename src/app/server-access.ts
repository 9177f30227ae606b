import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectorError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import { readOwner, writeOwner } from '../store/owner.ts';
import type { Config } from './config/index.ts';

/** The token that a server wants from whoever uses its API. */
export interface AdminToken {
  token: Secret;
  /** The file that it is kept in, when nobody set it. */
  file?: string;
  /** It was made just now, so somebody has to be told. */
  made: boolean;
}

/**
 * The token of the configuration, else the one in the data directory, made when there is none.
 * @throws ConnectorError of kind `config` when it is too short to be safe, or the file cannot be used
 */
export function adminTokenOf({ adminToken, dataDir }: Config): AdminToken {
  if (adminToken) {
    if (adminToken.reveal().length < 16) {
      throw new ConnectorError('TRUNKLINE_ADMIN_TOKEN has fewer than 16 characters', {
        kind: 'config',
        hint: 'Make one: openssl rand -hex 32. Without it, Trunkline makes one itself.',
      });
    }
    return { token: adminToken, made: false };
  }
  const file = join(dataDir, 'admin.token');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const made = !existsSync(file);
    // 'wx': of two that begin at once, one writes, and the other's failure is told.
    if (made) writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    const token = readFileSync(file, 'utf8').trim();
    if (token.length >= 16) return { token: new Secret(token), file, made };
  } catch (cause) {
    throw new ConnectorError(`the token of the server cannot be kept in ${file}`, {
      kind: 'config',
      hint: 'Set TRUNKLINE_ADMIN_TOKEN, or TRUNKLINE_DATA_DIR to a folder that this user may write to.',
      cause,
    });
  }
  throw new ConnectorError(`${file} holds no token`, {
    kind: 'config',
    hint: 'Remove the file: a new token is made at the next start.',
  });
}

/** Where a running server can be asked to do what needs the database that it owns. */
export interface ServerAddress {
  url: string;
  token: string;
  pid: number;
}

/** Writes down where this process can be asked, beside the database that it owns. On PostgreSQL nobody needs to ask. */
export function announce(config: Config, url: string, token: Secret): void {
  const path = databasePath(config);
  const owner = config.databaseUrl === undefined ? readOwner(path) : undefined;
  if (owner) writeOwner(path, { ...owner, url, token: token.reveal() });
}

/** Where the owner of the database said that it can be asked; it may have died since. */
export function serverOf(config: Config): ServerAddress | undefined {
  const owner = config.databaseUrl === undefined ? readOwner(databasePath(config)) : undefined;
  if (!owner?.url || owner.token === undefined) return undefined;
  return { url: owner.url, token: owner.token, pid: owner.pid };
}

/** The embedded database. */
export function databasePath({ dataDir }: Config): string {
  return join(dataDir, 'trunkline.db');
}
