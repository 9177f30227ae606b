import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deriveKey, type SealKey } from './seal.ts';
import { configError } from './sqlite-error.ts';

/** The key from the environment's text, which goes first, or from the key file; undefined when there is neither. */
export function findKey(text: string | undefined, file: string): SealKey | undefined {
  if (text !== undefined) return checked(text, 'TRUNKLINE_SECRET_KEY');
  const stored = read(file);
  return stored === undefined ? undefined : checked(stored, file);
}

/** Writes a new key file, readable by this user only; gives the key of it, or of the one that another was faster with. */
export function createKey(file: string): SealKey {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // The file appears whole or not at all, so that a second process never reads half a key.
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return checked(read(file) ?? '', file);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw configError(`The key file ${file} cannot be read.`, 'Let this user read it.', { cause: error });
  }
}

function checked(text: string, source: string): SealKey {
  if (text !== '') return deriveKey(text);
  throw configError(`The key in ${source} is empty.`, 'Make one with: openssl rand -base64 32', {
    code: 'no-key',
  });
}
