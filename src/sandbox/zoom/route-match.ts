/** Finds the operation that a request addresses. */
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

interface Template {
  route: Route;
  parts: readonly string[];
}

/** By method and first part of the path. The longest come first, and among equals the ones with words of their own. */
const TEMPLATES = new Map<string, Template[]>();
for (const one of ROUTES) {
  const [method = '', path = ''] = one.operation.split(' ');
  const template = { route: one, parts: path.slice(1).split('/') };
  const key = `${method} ${template.parts[0]}`;
  TEMPLATES.set(key, [...(TEMPLATES.get(key) ?? []), template].toSorted(byDetail));
}

function byDetail(a: Template, b: Template): number {
  const places = ({ parts }: Template): number => parts.filter((part) => part.startsWith('{')).length;
  return b.parts.length - a.parts.length || places(a) - places(b);
}

/** An operation and what its path names. */
export interface Match {
  route: Route;
  /** Still percent-encoded. */
  params: Record<string, string>;
}

/** The operation of a request. A UUID whose inner slashes came raw fills its place alone (FACTS C). */
export function match(method: string, rawPath: string): Match | undefined {
  const parts = rawPath.slice(1).split('/');
  for (const template of TEMPLATES.get(`${method} ${parts[0]}`) ?? []) {
    const extra = parts.length - template.parts.length;
    if (extra < 0) continue;
    const params = fit(template.parts, parts, extra);
    if (params !== undefined) return { route: template.route, params };
  }
  return undefined;
}

function fit(
  wanted: readonly string[],
  parts: readonly string[],
  extra: number,
): Match['params'] | undefined {
  const params: Match['params'] = {};
  let at = 0;
  let spare = extra;
  for (const want of wanted) {
    if (want.startsWith('{')) {
      const value = parts.slice(at, at + 1 + spare).join('/');
      // Only a UUID goes over several parts, and every UUID ends in `==`.
      if (spare > 0 && !/(=|%3D)$/i.test(value)) return undefined;
      params[want.slice(1, -1)] = value;
      at += 1 + spare;
      spare = 0;
    } else if (parts[at++] !== want) return undefined;
  }
  return at === parts.length ? params : undefined;
}
