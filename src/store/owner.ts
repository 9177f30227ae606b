import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Who has the database open, for the message that a second process gets. The lock itself is the operating system's. */
export interface Owner {
  pid: number;
  command: string;
  /** Milliseconds since the epoch. */
  since: number;
  /** Where the owner can be asked to do things, and the token it wants. */
  url?: string;
  token?: string;
}

/** Where a database's owner is written down. */
export function ownerFile(path: string): string {
  return `${path}.owner.json`;
}

/** The owner as last written down; it may have died since. Undefined when there is none. */
export function readOwner(path: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(readFileSync(ownerFile(path), 'utf8'));
    return isOwner(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('command' in value)) return false;
  return typeof value.pid === 'number' && typeof value.command === 'string';
}

/** Writes the owner down, readable by this user only. Only the process that holds the lock may call it. */
export function writeOwner(path: string, owner: Owner): void {
  // A mode is applied to new files only, and an old file may have been made readable.
  rmSync(ownerFile(path), { force: true });
  writeFileSync(ownerFile(path), `${JSON.stringify(owner)}\n`, { mode: 0o600, flag: 'wx' });
}

/** Removes what was written down; while the lock is still held. */
export function removeOwner(path: string): void {
  rmSync(ownerFile(path), { force: true });
}

/** The running program and its subcommand; nothing after that, because options may hold secrets. */
export function currentCommand(): string {
  const [, script = 'node', subcommand = ''] = process.argv;
  return /^[a-z][\w-]*$/.test(subcommand) ? `${basename(script)} ${subcommand}` : basename(script);
}
