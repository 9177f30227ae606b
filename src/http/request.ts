import type { Call, Multipart, QueryValue } from '../core/call.ts';

/** The address and the parts of a request that `fetch` takes, made from a call. */
export interface WireRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** In place of the body. */
  multipart?: FormData;
}

const ACCEPT = { json: 'application/json', text: 'text/plain, */*', bytes: '*/*' } as const;

/** Puts a call on the wire format; `server` is the address that its path hangs under. */
export function toWire(call: Call, server: string, userAgent: string): WireRequest {
  const headers: Record<string, string> = { accept: ACCEPT[call.accept ?? 'json'], 'user-agent': userAgent };
  for (const [name, value] of Object.entries(call.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  let body: string | undefined;
  if (call.json !== undefined) {
    headers['content-type'] ??= 'application/json';
    body = toJson(call.json);
  } else if (call.form) {
    headers['content-type'] ??= 'application/x-www-form-urlencoded';
    body = toQuery(call.form);
  } else if (call.text !== undefined) {
    headers['content-type'] ??= 'text/plain;charset=utf-8';
    body = call.text;
  }
  // Only who writes the parts knows the boundary between them.
  if (call.multipart) delete headers['content-type'];
  const query = call.query ? toQuery(call.query) : '';
  const base = server.endsWith('/') ? server.slice(0, -1) : server;
  return {
    url: query ? `${base}${call.path}?${query}` : base + call.path,
    method: call.method,
    headers,
    body,
    ...(call.multipart ? { multipart: toForm(call.multipart) } : {}),
  };
}

function toForm({ fields, files }: Multipart): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const { name, filename, content } of files) {
    form.append(name, new Blob([new Uint8Array(content)]), filename);
  }
  return form;
}

function toQuery(values: Readonly<Record<string, QueryValue>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    if (Array.isArray(value)) for (const item of value) query.append(name, String(item));
    else query.append(name, String(value));
  }
  return query.toString();
}

/** JSON in which a bigint keeps all its digits as a number: some ids and flags pass 2^53. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Only bigint makes stringify throw here; the replacer is the slow path, so it is taken only then.
    return JSON.stringify(value, (_, item: unknown) =>
      typeof item === 'bigint' ? rawJson.rawJSON(item.toString()) : item,
    );
  }
}

// Not yet in the type library of TypeScript 7.
const rawJson = JSON as unknown as { rawJSON(text: string): unknown };
