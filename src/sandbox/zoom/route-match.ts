/** Finds the operation that a request addresses. */
import { ROUTES, type Route } from './routes.ts';

interface Template {
  route: Route;
  method: string;
  parts: readonly string[];
}

const TEMPLATES: readonly Template[] = ROUTES.map((one): Template => {
  const [method = '', path = ''] = one.operation.split(' ');
  return { route: one, method, parts: path.slice(1).split('/') };
}).toSorted((a, b) => b.parts.length - a.parts.length);

/** An operation and what its path names. */
export interface Match {
  route: Route;
  /** Still percent-encoded. */
  params: Record<string, string>;
}

/** The operation of a request. A UUID whose inner slashes came raw fills its place alone (FACTS C). */
export function match(method: string, rawPath: string): Match | undefined {
  const parts = rawPath.slice(1).split('/');
  for (const template of TEMPLATES) {
    const extra = parts.length - template.parts.length;
    if (template.method !== method || extra < 0) continue;
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
