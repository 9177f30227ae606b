import { z } from 'zod';
import { defineAction } from './action.ts';
import type { Call, QueryValue, RetryRule } from './call.ts';
import { isPathBelow } from './route.ts';

/** What a system adds to a request that its user writes by hand. */
export interface RawSpec {
  title: string;
  docs: string;
  /** Label of the budget where the route says nothing. */
  budget: string;
  labelOf?(method: string, path: string): string;
  /** A request that passes and writes. */
  example: { method: 'POST' | 'PUT' | 'PATCH'; url: string; data?: Record<string, unknown> };
}

const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
// oxlint-disable-next-line no-control-regex -- a line end would begin another header
const VALUE = /^[^\u0000-\u0008\u000A-\u001F\u007F]*$/;

// Who we are, where it goes and how long it is are not the caller's to say.
const OURS = new Set([
  'authorization',
  'proxy-authorization',
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
]);

/** Headers of an answer that give a right to whoever reads them. */
const SECRET = new Set([
  'set-cookie',
  'set-cookie2',
  'authorization',
  'www-authenticate',
  'proxy-authenticate',
]);

const url = z.string().refine(isPathBelow, {
  error:
    'expected a path below the address of the API, such as /users/me: no address of a server, `//`, `..`, `#`, blanks or control characters',
});

const header = z.record(
  z.string().regex(NAME, 'expected the name of a header, such as x-request-id'),
  z.string().regex(VALUE, 'must not contain control characters'),
);

const one = z.union([z.string(), z.number(), z.boolean()]);

const input = z
  .strictObject({
    method: z
      .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])
      .describe('The HTTP method, such as POST.'),
    url: url.describe("Path only, such as /users/me/meetings: the API's address is put before it."),
    query_params: z
      .record(z.string(), z.union([one, z.array(one)]))
      .optional()
      .describe('Query parameters by name, such as {"page_size": 30}; a list is sent as a repeated name.'),
    headers: header
      .optional()
      .describe('Headers by name; `authorization`, `host` and `content-length` are set for you.'),
    data: z
      .union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())])
      .optional()
      .describe('Body: JSON, or text that is sent as it is, such as {"topic": "Review"}.')
      // A text stays as it was typed: faces that read JSON out of text leave it alone.
      .meta({ contentMediaType: 'application/json' }),
    form_data: z
      .record(z.string(), z.string())
      .optional()
      .describe('Fields of a multipart form by name, in place of `data`.'),
    file_data: z
      .record(z.string().min(1), z.base64({ error: 'expected the content of a file in base64' }))
      .optional()
      .describe('Files of a multipart form by name of the field, each in base64.'),
    file_data_file_names: z
      .record(z.string(), z.string().min(1))
      .optional()
      .describe('Name of each file, such as {"avatar": "ada.png"}; the keys are those of `file_data`.'),
    response_type: z
      .enum(['json', 'text', 'binary'])
      .optional()
      .describe(
        'How the answer is read: `json`, as it is when not given, `text`, or `binary`, which comes as base64.',
      ),
    timeout: z
      .number()
      .int()
      .min(1)
      .max(600_000)
      .optional()
      .describe('Longest wait for an answer in milliseconds, such as 10000; 30,000 when it is not given.'),
    debug_request: z.boolean().optional().describe('Log the request, without its secrets.'),
    retry_delay_ms: z
      .number()
      .int()
      .min(0)
      .max(600_000)
      .optional()
      .describe(
        'Milliseconds between tries, such as 1000, 0 when not given; without meaning with `use_exponential_backoff`.',
      ),
    retry_all_errors: z
      .boolean()
      .optional()
      .describe(
        'Try again after every failure, such as HTTP 429, not only after HTTP 5xx and network failures.',
      ),
    max_retries: z
      .number()
      .int()
      .min(0)
      .max(20)
      .optional()
      .describe('Tries beyond the first, such as 3; none when not given. A write may then be done twice.'),
    use_exponential_backoff: z
      .boolean()
      .optional()
      .describe('Let the pause grow from try to try, from half a second on.'),
  })
  .superRefine((it, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    for (const name of Object.keys(it.headers ?? {})) {
      if (OURS.has(name.toLowerCase())) refuse('headers', `\`${name}\` is set for you: leave it out`);
    }
    const multipart = it.form_data !== undefined || it.file_data !== undefined;
    if (it.data !== undefined && multipart) {
      refuse('data', '`data` and a form (`form_data`, `file_data`) exclude each other: give one of them');
    }
    if ((it.data !== undefined || multipart) && (it.method === 'GET' || it.method === 'HEAD')) {
      refuse('method', `${it.method} has no body: leave out \`data\`, \`form_data\` and \`file_data\``);
    }
    for (const name of Object.keys(it.file_data_file_names ?? {})) {
      if (Object.hasOwn(it.file_data ?? {}, name)) continue;
      refuse('file_data_file_names', `'${name}' is no key of \`file_data\`: the keys of both must match`);
    }
  });

const output = z.looseObject({
  status: z.number().describe('HTTP status of the answer.'),
  headers: z.record(z.string(), z.string()).describe('Headers of the answer, without those that are secret.'),
  data: z.unknown().describe('Body as `response_type` asks for it; binary as base64.'),
});

/**
 * The action for requests that no other action makes. It counts as a write that must not be repeated, as nobody knows
 * what it does; its caller may say otherwise in its inputs.
 */
export function rawRequest(spec: RawSpec) {
  return defineAction({
    title: spec.title,
    docs: spec.docs,
    effect: 'write',
    idempotent: false,
    budget: spec.budget,
    // Those of the operation that it calls, whichever that is.
    scopes: [],
    input,
    output,
    example: spec.example,
    call(it): Call {
      const [path = '', search = ''] = it.url.split(/\?(.*)/s);
      return {
        method: it.method,
        path,
        query: { ...queryOf(search), ...it.query_params },
        headers: { ...it.headers },
        ...bodyOf(it),
        accept: it.response_type === 'binary' ? 'bytes' : (it.response_type ?? 'json'),
        budget: spec.labelOf?.(it.method, path) ?? spec.budget,
        retry: retryOf(it),
        ...(it.timeout === undefined ? {} : { timeoutMs: it.timeout }),
        ...(it.debug_request ? { debug: true } : {}),
      };
    },
    read({ status, headers, body }) {
      const data = body instanceof Uint8Array ? Buffer.from(body).toString('base64') : body;
      return {
        status,
        headers: Object.fromEntries([...headers].filter(([name]) => !SECRET.has(name))),
        data,
      };
    },
  });
}

/** Whether an action sends whatever request its caller writes: its effect is only known when it is called. */
export function isRaw(action: { readonly input: z.ZodObject }): boolean {
  return action.input === (input as z.ZodObject);
}

type Input = z.output<typeof input>;

/** The query that stands in the path itself, a repeated name as a list. */
function queryOf(search: string): Record<string, QueryValue> {
  const query = new URLSearchParams(search);
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));
}

function bodyOf({ data, form_data, file_data, file_data_file_names: names, headers }: Input): Partial<Call> {
  if (form_data !== undefined || file_data !== undefined) {
    const fields = Object.entries(form_data ?? {}).map(([name, content]) => ({ name, content }));
    const files = Object.entries(file_data ?? {}).map(([name, content]) => ({
      name,
      filename: names?.[name] ?? name,
      type: 'application/octet-stream',
      content: new Uint8Array(Buffer.from(content, 'base64')),
    }));
    return { multipart: { parts: [...fields, ...files] } };
  }
  if (typeof data !== 'string') return data === undefined ? {} : { json: data };
  const typed = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'content-type');
  // People write JSON as text; whoever means something else says so in the headers.
  if (typed || !/^\s*[[{]/.test(data)) return { text: data };
  return { text: data, headers: { ...headers, 'content-type': 'application/json' } };
}

function retryOf(it: Input): RetryRule {
  return {
    max: it.max_retries ?? 0,
    delayMs: it.retry_delay_ms ?? 0,
    exponential: it.use_exponential_backoff ?? false,
    allErrors: it.retry_all_errors ?? false,
  };
}
