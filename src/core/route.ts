import { EncodedSegment, type Method } from './call.ts';

/** An operation by method and path, such as `GET /users/{userId}/meetings`. */
export type Route = `${RouteMethod} /${string}`;

/** Methods of routes that are written by hand. */
export type RouteMethod = Exclude<Method, 'OPTIONS' | 'QUERY'>;

/** Names of the path parameters of a route, read from its text. */
export type PathNames<R extends string> = R extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathNames<Rest>
  : never;

/** Makes a path segment of a value, where a system has rules of its own; `name` is that of the parameter. */
export type ToSegment = (value: string, name: string) => EncodedSegment;

const PARAMETER = /\{([^{}]+)\}/g;

/** Method, template and parameters of a route; undefined when it is none. */
export function readRoute(
  route: string,
): { method: RouteMethod; template: string; names: string[] } | undefined {
  const [, method, template] = /^(GET|POST|PUT|PATCH|DELETE|HEAD) (\/\S*)$/.exec(route) ?? [];
  if (method === undefined || template === undefined) return undefined;
  if (!isPathBelow(template.replaceAll(PARAMETER, 'x'))) return undefined;
  const names = [...template.matchAll(PARAMETER)].map((found) => found[1] as string);
  return { method: method as RouteMethod, template, names };
}

/**
 * Puts values into the template of a route, percent-encoded.
 * @throws TypeError when a value is empty, `.` or `..`
 */
export function fillRoute(
  template: string,
  values: Readonly<Record<string, string>>,
  toSegment: ToSegment = (value) => new EncodedSegment(encodeURIComponent(value)),
): string {
  return template.replaceAll(PARAMETER, (_, name: string) => {
    const { text } = toSegment(values[name] ?? '', name);
    if (text === '' || text === '.' || text === '..') {
      throw new TypeError(`'${name}' must not be '${text}' (in ${template})`);
    }
    return text;
  });
}

/**
 * Whether a path stays below the server's address whatever a URL parser makes of it: no other host (`//`, `\`), no
 * way up (`..`, which parsers read in `%2e%2e` too), no fragment and no control characters, encoded or not.
 */
export function isPathBelow(address: string): boolean {
  const [path = '', query = ''] = address.split(/\?(.*)/s);
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (!path.startsWith('/') || /[\s#\u0000-\u001F\u007F]/.test(path + query)) return false;
  if (/\\|\/\/|%[01][0-9a-f]|%7f/i.test(path)) return false;
  return path.split('/').every((segment) => !/^(?:\.|%2e){1,2}$/i.test(segment));
}

interface Branch {
  literal: Map<string, Branch>;
  parameter?: Branch;
  labels: Map<string, string>;
}

/**
 * Finds the label of a path among routes, a line each, by label. Where several fit, the one whose first segment that
 * differs is literal wins: `/users/me` before `/users/{userId}`.
 */
export function routeLabels(
  routes: Readonly<Record<string, string>>,
): (method: string, path: string) => string | undefined {
  const root: Branch = { literal: new Map(), labels: new Map() };
  for (const [label, lines] of Object.entries(routes)) {
    for (const line of lines.trim().split('\n')) {
      const [methods = '', template = ''] = line.trim().split(' ');
      let here = root;
      for (const segment of segmentsOf(template)) here = grow(here, segment);
      for (const method of methods.split(',')) here.labels.set(method, label);
    }
  }
  return (method, path) => find(root, method, segmentsOf(path.split('?')[0] as string), 0);
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function grow(branch: Branch, segment: string): Branch {
  if (segment.startsWith('{')) return (branch.parameter ??= { literal: new Map(), labels: new Map() });
  let next = branch.literal.get(segment);
  if (!next) branch.literal.set(segment, (next = { literal: new Map(), labels: new Map() }));
  return next;
}

function find(branch: Branch, method: string, segments: readonly string[], at: number): string | undefined {
  const segment = segments[at];
  if (segment === undefined) return branch.labels.get(method);
  const literal = branch.literal.get(segment);
  const found = literal && find(literal, method, segments, at + 1);
  return found ?? (branch.parameter && find(branch.parameter, method, segments, at + 1));
}
