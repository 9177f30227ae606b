import { connectors } from '../../catalog.ts';
import type { Connector } from '../../core/connector.ts';
import type { Config } from './config.ts';
import { pathText, type ConfigDocument } from './document.ts';
import { oneOf, problem, show, type Problem } from './problem.ts';

/** The connections of a file that want to sign in by a way that their connector does not have. */
export function authProblems(document: ConfigDocument, connections: Config['connections']): Problem[] {
  return Object.entries(connections).flatMap(([name, { connector, auth }]) => {
    const path = ['connections', name, 'auth'];
    const ways = auth === undefined ? [] : waysOf(connector);
    if (auth === undefined || ways === undefined || ways.includes(auth)) return [];
    const position = document.spot(path)?.value;
    const asWritten = String(document.get(['connections', name, 'connector']));
    return [
      problem({
        source: document.file,
        ...(position && { position }),
        path: pathText(path),
        expected: ways.length > 0 ? oneOf(ways) : 'no auth',
        got: show(auth),
        ...(ways.length === 0 && { reason: `${asWritten} has one way to sign in` }),
        example: ways.length > 0 ? `auth: ${ways[0]}` : `${name}: { connector: ${asWritten} }`,
      }),
    ];
  });
}

/** What a connection may choose beside the usual way; undefined for a connector that is not built in. */
function waysOf(id: string): string[] | undefined {
  if (!Object.hasOwn(connectors, id)) return undefined;
  const { auths }: Connector = connectors[id as keyof typeof connectors];
  return Object.keys(auths ?? {});
}
