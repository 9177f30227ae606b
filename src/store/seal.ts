import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { configError } from './sqlite-error.ts';

/** A key for AES-256-GCM, and a short name of it that gives nothing away. */
export interface SealKey {
  id: string;
  bytes: Buffer;
}

// Fixed, so that the same text gives the same key on every machine: the text alone has to be hard to guess.
const SALT = 'trunkline.connections.v1';
const NONCE = 12;
const TAG = 16;

/** The key that a text stands for, whatever its length, by scrypt. Takes some 50 ms on purpose. */
export function deriveKey(text: string): SealKey {
  const bytes = scryptSync(text, SALT, 32, { N: 16_384, r: 8, p: 1 });
  const id = createHash('sha256').update('id').update(bytes).digest('hex').slice(0, 8);
  return { id, bytes };
}

/** Encrypts a text: `v1.<key id>.<nonce>.<ciphertext>.<tag>`. It opens only under the same label. */
export function seal(key: SealKey, label: string, text: string, nonce: Buffer = randomBytes(NONCE)): string {
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG });
  cipher.setAAD(Buffer.from(label));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const parts = [nonce, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url'));
  return ['v1', key.id, ...parts].join('.');
}

/**
 * The text that was sealed under this label.
 * @throws ConnectorError of kind `config` for another key, another label, or anything changed
 */
export function unseal(key: SealKey, label: string, sealed: string): string {
  const [version, id, ...parts] = sealed.split('.');
  if (version !== 'v1' || id === undefined || parts.length !== 3) {
    throw configError(
      `The secrets of '${label}' are stored in a form that this version does not know.`,
      AGAIN,
    );
  }
  if (id !== key.id) throw wrongKey(id, key.id);
  const [nonce, text, tag] = parts.map((part) => Buffer.from(part, 'base64url'));
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce as Buffer, { authTagLength: TAG });
    decipher.setAAD(Buffer.from(label));
    decipher.setAuthTag(tag as Buffer);
    return Buffer.concat([decipher.update(text as Buffer), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw configError(`The secrets of '${label}' were changed outside Trunkline and cannot be read.`, AGAIN, {
      code: 'sealed-changed',
      cause,
    });
  }
}

const AGAIN = 'Remove the connection and add it again: trunkline connections remove, then add.';

/** Id of the key that a text was sealed with. */
export function keyIdOf(sealed: string): string | undefined {
  return /^v1\.([0-9a-f]{8})\./.exec(sealed)?.[1];
}

/** The error when the key at hand is not the one that the secrets were sealed with. */
export function wrongKey(expected: string, given: string | undefined): Error {
  const got = given === undefined ? 'there is no key' : `the key at hand is ${given}`;
  return configError(
    `The stored connections are encrypted with the key ${expected}, but ${got}.`,
    'Set TRUNKLINE_SECRET_KEY to the text that it had when they were added, or put the file secret.key of that time back into the data directory. ' +
      'If it is lost, remove the connections and add them again.',
    { code: 'wrong-key' },
  );
}
