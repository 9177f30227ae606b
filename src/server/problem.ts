import { z } from 'zod';
import { ConnectorError, type ErrorKind } from '../core/errors.ts';

/** A failure as the API answers it: RFC 9457, with what Trunkline knows beside it. */
export const problemSchema = z
  .looseObject({
    type: z.string().describe('Names the kind of problem: urn:trunkline:problem:<kind>.'),
    title: z.string().describe('The kind in words.'),
    status: z.int().describe('Status of the answer.'),
    detail: z.string().describe('What is wrong.'),
    kind: z.string().describe('What to do about it: see the table of kinds in docs/architecture.md.'),
    hint: z.string().optional().describe('What the reader can do.'),
    requestId: z.string().describe('Stands in the log, too.'),
    fields: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .describe('Inputs that were refused.'),
    remote: z
      .object({ status: z.int().optional(), code: z.string().optional(), requestId: z.string().optional() })
      .optional()
      .describe('What the other system said of it.'),
  })
  .meta({ id: 'Problem' });

/** A problem of the API itself, not of another system. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly kind: string;
  readonly hint: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    kind: string,
    message: string,
    hint = '',
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.kind = kind;
    this.hint = hint;
    this.headers = headers;
  }
}

// Whoever calls us is not to blame for what the other system refuses us: 502, whatever it said.
const STATUS: Readonly<Record<ErrorKind, number>> = {
  auth: 502,
  scope: 502,
  plan: 502,
  input: 400,
  'not-found': 404,
  rate: 429,
  quota: 429,
  remote: 502,
  network: 502,
  timeout: 504,
  contract: 502,
  config: 400,
};

const TITLES: Readonly<Record<string, string>> = {
  auth: 'Credentials are wrong or missing',
  scope: 'A scope is missing',
  plan: 'The plan does not include it',
  input: 'The input is wrong',
  'not-found': 'Not found',
  rate: 'Too fast',
  quota: 'The quota is used up',
  remote: 'The other system failed',
  network: 'No connection',
  timeout: 'No answer in time',
  contract: 'The answer is not as documented',
  config: 'A setting is wrong',
  busy: 'It is under way already',
  forbidden: 'Not allowed',
  internal: 'Trunkline failed',
};

/** The answer to a request that failed. */
export function problemResponse(error: unknown, requestId: string): Response {
  const { status, headers, members } = describe(error);
  const { kind } = members;
  const problem = {
    type: `urn:trunkline:problem:${kind}`,
    title: TITLES[kind] ?? kind,
    status,
    ...members,
    requestId,
  };
  return new Response(JSON.stringify(problem), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
}

interface Described {
  status: number;
  headers: Readonly<Record<string, string>>;
  members: { kind: string; detail: string; [member: string]: unknown };
}

function describe(error: unknown): Described {
  if (error instanceof HttpProblem) {
    const { status, headers, kind, message, hint } = error;
    return { status, headers, members: { kind, detail: message, ...(hint && { hint }) } };
  }
  if (error instanceof ConnectorError) return ofConnector(error);
  const hint = 'This should not happen. The log has the same request id and says more.';
  return { status: 500, headers: {}, members: { kind: 'internal', detail: 'an unexpected error', hint } };
}

function ofConnector(error: ConnectorError): Described {
  const { status, requestId, code, message, ...rest } = error.toJSON();
  const busy = code === 'busy';
  const { retry } = error;
  const seconds = typeof retry === 'object' ? Math.ceil(retry.afterMs / 1000) : undefined;
  return {
    status: busy ? 409 : error.kind === 'input' && status !== undefined ? 422 : STATUS[error.kind],
    headers: seconds === undefined ? {} : { 'retry-after': String(seconds) },
    members: {
      ...rest,
      kind: busy ? 'busy' : error.kind,
      detail: String(message),
      ...(code === undefined && status === undefined && requestId === undefined
        ? {}
        : { remote: { status, code, requestId } }),
    },
  };
}
