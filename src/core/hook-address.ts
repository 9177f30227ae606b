import { hash } from 'node:crypto';

/** Below the address at which the server is reached. */
export const HOOK_PATH = '/hooks/';

/** The address of a hook. */
export function hookUrl(publicUrl: string, id: string): string {
  return `${publicUrl.replace(/\/+$/, '')}${HOOK_PATH}${id}`;
}

/** What is kept of an id in plain sight: who reads the database cannot send with it. */
export function hookHash(id: string): string {
  return hash('sha256', id);
}
