import type { Link } from './link.ts';

/** A value that can stand in a URL or a form. Undefined means: not sent. */
export type Scalar = string | number | bigint | boolean;
export type QueryValue = Scalar | readonly Scalar[] | null | undefined;

/** Methods of HTTP that `fetch` sends; it refuses CONNECT, TRACE and TRACK (fetch standard, "forbidden method"). */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS' | 'QUERY';

/** An HTTP request as data. Actions make calls; only `http/` sends them. */
export interface Call {
  method: Method;
  /** Path below the server's address, encoded: made by the `path` tag. */
  path: string;
  /** Key in the connector's `servers`. Default `api`. */
  server?: string;
  /** Called in place of server and path, where it may be; the answer is too large to be held and goes to a stream. */
  link?: Link;
  /** Undefined and null are not sent; a list is sent as a repeated name. */
  query?: Readonly<Record<string, QueryValue>>;
  /** A query that is encoded already, without `?`; `query` is put behind it. */
  search?: string;
  headers?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON, without the members that are undefined. */
  json?: unknown;
  /** Sent as application/x-www-form-urlencoded. */
  form?: Readonly<Record<string, QueryValue>>;
  multipart?: Multipart;
  /** Sent as it is; its content type stands among the headers. */
  text?: string;
  /** Sent as it is, as application/octet-stream when the headers do not say what it is. */
  bytes?: Uint8Array;
  /** The system knows this key and will not do the same thing twice: the call may be repeated. */
  idempotencyKey?: string;
  /**
   * How the answer is read. Default `json`. `any` takes what comes: JSON when it is JSON, else text, else bytes; an HTML
   * page is an error all the same.
   */
  accept?: 'json' | 'text' | 'bytes' | 'any';
  /** Milliseconds for the whole exchange, the body included. Default 30,000. */
  timeoutMs?: number;
  /** In place of the rules by which calls are tried again. */
  retry?: RetryRule;
  /** Label of the budget, where it follows from the call and not from the action. */
  budget?: string;
  /** Log the request, redacted, for everybody who reads `info`. */
  debug?: boolean;
}

/** A body of several parts. */
export interface Multipart {
  /** Default multipart/form-data. */
  type?: string;
  parts: readonly Part[];
}

export interface Part {
  /** Of its field in the form. */
  name: string;
  filename?: string;
  /** Content type; none is sent when left out, which means text/plain (RFC 7578, 4.4). */
  type?: string;
  headers?: Readonly<Record<string, string>>;
  content: string | Uint8Array;
}

/** How often and when a call is tried again, whoever may be harmed: the caller has decided it. */
export interface RetryRule {
  /** Tries beyond the first. */
  max: number;
  /** Milliseconds between tries; without meaning when they grow. */
  delayMs: number;
  /** The pauses grow from try to try. */
  exponential: boolean;
  /** Every failure, not only HTTP 5xx and those of the network. */
  allErrors: boolean;
}

/** A path segment that is already encoded and must not be encoded again. */
export class EncodedSegment {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Builds a path: every value is percent-encoded, and a value that would leave its segment is refused.
 * @throws TypeError when a value is empty, `.` or `..`
 */
export function path(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | bigint | EncodedSegment)[]
): string {
  let out = strings[0] as string;
  for (const [i, value] of values.entries()) {
    const text = value instanceof EncodedSegment ? value.text : encodeURIComponent(String(value));
    if (text === '' || text === '.' || text === '..') {
      throw new TypeError(`a path segment must not be '${text}' (in ${strings.join('{}')})`);
    }
    out += text + (strings[i + 1] as string);
  }
  return out;
}
