/** What went wrong, named by what the reader has to do about it. */
export type ErrorKind =
  | 'auth' // credentials are wrong, expired or revoked: someone must renew them
  | 'scope' // the app lacks a scope: someone must add it
  | 'plan' // the account's plan, licence or role does not include it
  | 'input' // the request is wrong: change it
  | 'not-found' // the thing is gone or never was
  | 'rate' // too fast: wait seconds
  | 'quota' // the day's or month's share is used up: wait until it resets
  | 'remote' // the other system failed
  | 'network' // no connection
  | 'timeout' // no answer in time
  | 'contract' // the answer is not what the documentation says
  | 'config'; // our own settings are wrong

/** When the same call may be made again: never, at the caller's discretion, or after so many milliseconds. */
export type Retry = 'never' | 'later' | { afterMs: number };

/**
 * Whether a write took effect although it failed.
 * `not-applied`: it surely did not. `unknown`: it may have; look before sending again.
 */
export type Outcome = 'not-applied' | 'unknown';

export interface ErrorDetails {
  kind: ErrorKind;
  retry?: Retry;
  /** What the person reading it can do. A sentence. */
  hint?: string;
  outcome?: Outcome;
  connector?: string;
  action?: string;
  /** HTTP status of the answer. */
  status?: number;
  /** The other system's own code. */
  code?: string;
  /** The other system's id of the call, for its support desk. */
  requestId?: string;
  /** The inputs that were refused. */
  fields?: readonly FieldError[];
  cause?: unknown;
}

export interface FieldError {
  field: string;
  message: string;
}

/** The only error that crosses a room's door. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly kind: ErrorKind;
  readonly retry: Retry;
  readonly hint: string;
  readonly outcome: Outcome;
  readonly connector: string | undefined;
  readonly action: string | undefined;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly fields: readonly FieldError[];

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = details.kind;
    this.retry = details.retry ?? 'never';
    this.hint = details.hint ?? '';
    this.outcome = details.outcome ?? 'not-applied';
    this.connector = details.connector;
    this.action = details.action;
    this.status = details.status;
    this.code = details.code;
    this.requestId = details.requestId;
    this.fields = details.fields ?? [];
  }

  toJSON(): Record<string, unknown> {
    return {
      kind: this.kind,
      message: this.message,
      hint: this.hint || undefined,
      retry: this.retry,
      outcome: this.outcome === 'unknown' ? 'unknown' : undefined,
      connector: this.connector,
      action: this.action,
      status: this.status,
      code: this.code,
      requestId: this.requestId,
      fields: this.fields.length > 0 ? this.fields : undefined,
    };
  }
}

/** One line of a connector's error table. The first line that fits decides. */
export interface ErrorRule {
  status?: number | readonly number[];
  code?: string | readonly string[];
  /** Tested against the other system's message. `$1`… in the hint stand for its groups. */
  message?: RegExp;
  kind: ErrorKind;
  retry?: Retry;
  hint: string;
}

/** How a system reports errors, as data. Paths are dotted: `error.code`. */
export interface ErrorTable {
  /** Where the body keeps its code. Several when the system has several shapes. */
  code: string | readonly string[];
  /** Where the body keeps its message. Several when the system has several shapes. */
  message: string | readonly string[];
  /** Where the body keeps what it refuses: a list of entries, or texts by field. Several when it has several shapes. */
  fields?: string | readonly string[];
  /** Response header with the id of the call. */
  requestId?: string;
  /** The system sometimes answers an error with HTTP 2xx: a body with both code and message but none of the data. */
  inSuccess?: boolean;
  rules: readonly ErrorRule[];
}

/** A failed answer, as far as it could be read. */
export interface FailedAnswer {
  status: number;
  code?: string | undefined;
  message: string;
}

/** The line of the table that fits a failed answer, its hint filled in; a general one by status when none does. */
export function classify(
  table: ErrorTable,
  answer: FailedAnswer,
): { kind: ErrorKind; retry: Retry; hint: string } {
  for (const rule of table.rules) {
    if (!fits(rule.status, answer.status) || !fits(rule.code, answer.code)) continue;
    const match = rule.message ? rule.message.exec(answer.message) : undefined;
    if (match === null) continue;
    const hint = rule.hint.replaceAll(/\$(\d)/g, (_, n: string) => match?.[Number(n)] ?? '');
    return { kind: rule.kind, retry: rule.retry ?? defaultRetry(rule.kind), hint };
  }
  return general(answer.status);
}

function fits<T>(wanted: T | readonly T[] | undefined, actual: T | undefined): boolean {
  if (wanted === undefined) return true;
  return Array.isArray(wanted) ? wanted.includes(actual) : wanted === actual;
}

function defaultRetry(kind: ErrorKind): Retry {
  return kind === 'rate' || kind === 'remote' || kind === 'network' || kind === 'timeout' ? 'later' : 'never';
}

/** What a status means when the connector's own table says nothing. */
function general(status: number): { kind: ErrorKind; retry: Retry; hint: string } {
  if (status >= 300 && status < 400) {
    return {
      kind: 'contract',
      retry: 'never',
      hint: 'It has moved: correct the address of the server or the path.',
    };
  }
  if (status === 401)
    return { kind: 'auth', retry: 'never', hint: 'Check the credentials of this connection.' };
  if (status === 402)
    return { kind: 'plan', retry: 'never', hint: 'The account has no credit left for this.' };
  if (status === 403) {
    return {
      kind: 'scope',
      retry: 'never',
      hint: 'The credentials are not allowed to do this: check scopes and role.',
    };
  }
  if (status === 404 || status === 410) {
    return {
      kind: 'not-found',
      retry: 'never',
      hint: 'Check the id: the thing does not exist or was deleted.',
    };
  }
  if (status === 408) return { kind: 'timeout', retry: 'later', hint: 'Try again.' };
  if (status === 425)
    return { kind: 'remote', retry: 'later', hint: 'The system is still busy with it: try again.' };
  if (status === 429) return { kind: 'rate', retry: 'later', hint: 'Too many calls: wait and try again.' };
  if (status >= 500)
    return { kind: 'remote', retry: 'later', hint: 'The other system failed: try again later.' };
  return { kind: 'input', retry: 'never', hint: 'Check the input against the documentation of the action.' };
}
