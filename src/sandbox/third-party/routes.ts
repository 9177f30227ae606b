/** What both third-party APIs are made of: a table of routes, and bodies that are read or refused. */
import { isRecord } from '../record.ts';
import type { SandboxAnswer, SandboxRequest } from '../types.ts';

/** One request at one operation. */
export interface Visit {
  request: SandboxRequest;
  /** Path parameters by name, decoded. */
  params: Readonly<Record<string, string>>;
  /** Address of the API as this client reached it, such as `http://127.0.0.1:4000/third-party/shop`. */
  base: string;
}

/** One operation: its name is the method and the path, such as `GET /orders/{orderId}`. */
export interface Route {
  operation: string;
  /** What a token must be good for; none: anybody may call. */
  scope?: string;
  handler(visit: Visit): SandboxAnswer | Promise<SandboxAnswer>;
}

/** What a path leads to. */
export type Found = { route: Route; params: Record<string, string> } | { otherMethods: string[] };

/** Finds the operation of a request; fixed segments go before parameters by their order in the table. */
export function find(routes: readonly Route[], method: string, rawPath: string): Found {
  const segments = rawPath.split('/').slice(1);
  const otherMethods: string[] = [];
  for (const route of routes) {
    const [verb = '', template = ''] = route.operation.split(' ');
    const params = fit(template.split('/').slice(1), segments);
    if (params === undefined) continue;
    if (verb === method) return { route, params };
    otherMethods.push(verb);
  }
  return { otherMethods };
}

function fit(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of template.entries()) {
    const given = decode(segments[i] ?? '');
    if (given === undefined || given === '') return undefined;
    if (part.startsWith('{')) params[part.slice(1, -1)] = given;
    else if (part !== given) return undefined;
  }
  return params;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** The media type of a body, without its parameters, in small letters. */
export function typeOf(request: SandboxRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** A body that is a JSON object; undefined for everything else. */
export function jsonObject(request: SandboxRequest): Record<string, unknown> | undefined {
  const type = typeOf(request);
  if (type !== 'application/json' && !type.endsWith('+json')) return undefined;
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A form, whether written in one line or in parts; undefined when it is neither, or broken. */
export async function formOf(request: SandboxRequest): Promise<FormData | undefined> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  try {
    return await new Response(new Uint8Array(request.body), { headers }).formData();
  } catch {
    return undefined;
  }
}

/** A header that came once. */
export function headerOf(request: SandboxRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** A whole number of the query, within its limits; the default when it is not given, undefined when it is wrong. */
export function wholeOf(
  query: URLSearchParams,
  name: string,
  { least, most, normal }: { least: number; most: number; normal: number },
): number | undefined {
  const text = query.get(name);
  if (text === null) return normal;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  return value >= least && value <= most ? value : undefined;
}
