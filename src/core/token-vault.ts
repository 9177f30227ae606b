import type { Secret } from './secret.ts';

/** What one consent of a person is worth at the moment: tokens that are replaced as a whole. */
export interface TokenPair {
  access: Secret;
  /** Where the other side gave one: without it, a person consents again when the access has ended. */
  refresh?: Secret;
  /** Milliseconds since the epoch. */
  issuedAt: number;
  expiresAt: number;
  refreshExpiresAt: number;
  /** Scopes that were granted, separated by spaces. */
  scope?: string;
  /** Address of the API, where the token answer names one. */
  apiUrl?: string;
}

/** A pair and the number of its row: another number means that somebody has replaced the pair. */
export interface StoredPair {
  pair: TokenPair;
  version: number;
}

/**
 * Keeps the rotating tokens of connections, for all processes that share it. A refresh token works once, so that
 * only the holder of the lease may use it, and only the pair that is stored is ever used.
 */
export interface TokenVault {
  /** The stored pair; undefined when there is none, or none any more. */
  load(name: string): Promise<StoredPair | undefined>;
  /** Takes the lease on a version, or extends one's own; false when another holds it or the version has gone. */
  claim(name: string, version: number, owner: string, forMs: number): Promise<boolean>;
  release(name: string, owner: string): Promise<void>;
  /** Replaces a version and ends its lease; gives the new number, undefined when that version has gone. */
  replace(name: string, version: number, pair: TokenPair): Promise<number | undefined>;
  /** Erases the pair and takes the connection out of use until a person consents again. */
  disable(name: string, reason: string): Promise<void>;
}
