import type { SandboxAnswer } from '../../types.ts';

/** One thing that is wrong with a body, by JSON pointer. */
export interface Wrong {
  pointer: string;
  detail: string;
}

/** A refusal as the shop words it: a problem document (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly Wrong[];

  constructor(status: number, code: string, detail: string, errors: readonly Wrong[] = []) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  answer(): SandboxAnswer {
    const { status, code, message, errors } = this;
    const problem = { type: `https://shop.example/problems/${code}`, code, status, detail: message };
    return {
      status,
      headers: { 'content-type': 'application/problem+json' },
      raw: JSON.stringify(errors.length > 0 ? { ...problem, errors } : problem),
    };
  }
}

/** 422 with everything that is wrong at once; nothing when nothing is. */
export function refuse(errors: readonly Wrong[]): void {
  if (errors.length === 0) return;
  throw new Problem(422, 'invalid-input', `${errors.length} of the members are not valid`, errors);
}

/** A 404 for a record that is not there. */
export function notFound(what: string, id: string): Problem {
  return new Problem(404, 'not-found', `there is no ${what} ${id}`);
}
