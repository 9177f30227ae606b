import { at } from '../core/action.ts';
import { classify, ConnectorError, type ErrorTable, type FieldError, type Outcome } from '../core/errors.ts';
import type { Redact } from '../core/secret.ts';
import { BodyTooLarge } from './body.ts';
import { refusalIn } from './guard.ts';
import { refusedFields } from './refused-fields.ts';
import { parseRetryAfter } from './retry.ts';

/** Where an error happened. */
export interface Place {
  connector: string;
  title: string;
  action: string;
}

/** The error that a failed answer means, by the connector's table. */
export function failureOf(
  table: ErrorTable,
  place: Place,
  response: Response,
  text: string,
  body: unknown,
  redact: Redact,
  now: number,
): ConnectorError {
  const { status, headers } = response;
  const code = first(body, table.code);
  const said = first(body, table.message);
  const answer = {
    status,
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : codeInText(text),
    message: redact(typeof said === 'string' ? said : excerpt(text, headers)),
  };
  const { kind, retry, hint } = classify(table, answer);
  const after =
    status === 429 || status === 503 ? parseRetryAfter(headers.get('retry-after'), now) : undefined;
  const requestId = table.requestId ? headers.get(table.requestId) : null;
  const codeText = answer.code === undefined ? '' : `, code ${answer.code}`;
  return new ConnectorError(
    `${place.title} refused ${place.action} (HTTP ${status}${codeText}): ${answer.message}`,
    {
      kind,
      retry: after === undefined ? retry : { afterMs: after },
      hint: redact(hint),
      outcome: outcomeOf(status),
      connector: place.connector,
      action: place.action,
      status,
      ...(answer.code === undefined ? {} : { code: answer.code }),
      ...(requestId ? { requestId } : {}),
      ...(table.fields ? { fields: fieldsOf(body, table.fields, redact) } : {}),
    },
  );
}

/** The error that a failed exchange means: no answer, or only part of one. */
export function transportFailure(
  place: Place,
  cause: unknown,
  timedOut: boolean,
  timeoutMs: number,
): ConnectorError {
  const where = { connector: place.connector, action: place.action, cause };
  const refusal = refusalIn(cause);
  if (refusal) {
    const { kind, code = '', hint } = refusal;
    return new ConnectorError(`${place.action} was not sent: ${refusal.message}`, {
      kind,
      code,
      hint,
      ...where,
    });
  }
  if (cause instanceof BodyTooLarge) {
    return new ConnectorError(`${place.title}: ${cause.message} (${place.action})`, {
      kind: 'contract',
      outcome: 'unknown',
      hint: 'Ask for less at once: a smaller page or a shorter range.',
      ...where,
    });
  }
  if (timedOut) {
    return new ConnectorError(`${place.title} did not answer ${place.action} within ${timeoutMs / 1000} s`, {
      kind: 'timeout',
      retry: 'later',
      outcome: 'unknown',
      hint: 'The other system is slow or the connection is stuck: try again.',
      ...where,
    });
  }
  const reason = causeCode(cause);
  if (reason === undefined && deepest(cause) === 'bad port') {
    return new ConnectorError(
      `no connection to ${place.title} for ${place.action}: its address has a port that is not allowed`,
      {
        kind: 'config',
        hint: 'Ports such as 1, 22 or 6000 belong to other protocols (fetch standard, "bad port"): correct the address.',
        ...where,
      },
    );
  }
  const unreached = reason !== undefined && NEVER_SENT.has(reason);
  return new ConnectorError(
    `no connection to ${place.title} for ${place.action}: ${reason ?? deepest(cause)}`,
    {
      kind: 'network',
      retry: 'later',
      outcome: unreached ? 'not-applied' : 'unknown',
      hint: unreached
        ? 'Check the address, the network and the proxy of this machine.'
        : 'The connection broke before the answer was complete: try again.',
      ...where,
    },
  );
}

/** The error for an answer that was cut or is not what it says it is. */
export function brokenAnswer(place: Place, response: Response, text: string, cause: unknown): ConnectorError {
  return new ConnectorError(
    `${place.title} answered ${place.action} with something that is not JSON (HTTP ${response.status}): ${excerpt(text, response.headers)}`,
    {
      kind: 'remote',
      retry: 'later',
      outcome: 'unknown',
      hint: 'A proxy or an outage may stand between: try again.',
      connector: place.connector,
      action: place.action,
      status: response.status,
      cause,
    },
  );
}

// Failures before a single byte left: the other side cannot have done anything.
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The first of several places that holds anything. */
export function first(body: unknown, paths: string | readonly string[]): unknown {
  return [paths]
    .flat()
    .map((path) => at(body, path))
    .find((value) => value !== undefined && value !== null && value !== '');
}

/** A 4xx was refused before it had an effect; a 5xx may have come after it. */
function outcomeOf(status: number): Outcome {
  return status >= 500 || status === 408 || (status >= 200 && status < 300) ? 'unknown' : 'not-applied';
}

/** Zoom answers some errors with invalid JSON (FACTS D, trap 2): the code can still be read from the text. */
function codeInText(text: string): string | undefined {
  return /"code"\s*:\s*"?(\w+)"?/.exec(text.slice(0, 2000))?.[1];
}

function excerpt(text: string, headers: Headers): string {
  const location = headers.get('location');
  if (location !== null) return `it leads to ${location.slice(0, 300)}`;
  if (text.trim() === '') return 'no text';
  const inText = /"message"\s*:\s*"(.*?)"\s*[,}]/s.exec(text.slice(0, 4000))?.[1];
  if (inText) return inText.slice(0, 300);
  const type = headers.get('content-type') ?? '';
  if (type.includes('html')) {
    const title = /<title>(.*?)<\/title>/is.exec(text)?.[1];
    return `an HTML page${title ? ` titled '${title.trim().slice(0, 100)}'` : ''}`;
  }
  return text.slice(0, 200);
}

/** Of the first place that says anything. */
function fieldsOf(body: unknown, places: string | readonly string[], redact: Redact): FieldError[] {
  for (const place of [places].flat()) {
    const fields = refusedFields(at(body, place), redact);
    if (fields.length > 0) return fields;
  }
  return [];
}

function causeCode(error: unknown): string | undefined {
  for (let here = error, depth = 0; depth < 4 && typeof here === 'object' && here !== null; depth++) {
    const { code, errors } = here as { code?: unknown; errors?: unknown };
    if (typeof code === 'string' && code !== '') return code;
    here = Array.isArray(errors) ? (errors[0] as unknown) : (here as { cause?: unknown }).cause;
  }
  return undefined;
}

/** What the innermost error says: fetch itself says no more than that it failed. */
function deepest(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? deepest(error.cause) : error.message;
}
