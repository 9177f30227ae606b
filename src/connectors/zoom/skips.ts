import { ConnectorError } from '../../core/errors.ts';
import type { Skip } from '../../core/people.ts';

/** Runs a part of the work, `what` in words. */
export type SkipPart = (what: string, part: () => Promise<void>) => Promise<void>;

/**
 * Runs a part and records why it could not be had, when the reason is the account's plan, a role, or that the thing
 * is gone. A missing scope and everything else is a failure: it would hide people without anybody noticing.
 */
export function skipper(skips: Skip[]): SkipPart {
  return async (what, part) => {
    try {
      await part();
    } catch (error) {
      if (!(error instanceof ConnectorError) || !isSkip(error)) throw error;
      skips.push({
        what,
        code: error.code ?? String(error.status ?? ''),
        message: error.message,
        hint: error.hint,
      });
    }
  };
}

function isSkip(error: ConnectorError): boolean {
  if (error.kind === 'plan' || error.kind === 'not-found') return true;
  // The firewall's page for one poisoned address: it will never answer (Zoom FACTS, errors table).
  return error.kind === 'remote' && error.status === 403;
}
