import type { Connection, Connector } from './connector.ts';
import { ConnectorError } from './errors.ts';

/** An address with parts in braces that each connection may fill. */
export interface ServerTemplate {
  url: string;
  variables: Readonly<
    Record<
      string,
      { default: string; enum?: readonly string[] | undefined; description?: string | undefined }
    >
  >;
}

/** The address with its variables filled in, by what is used where nothing is given. */
export function fillServer(
  { url, variables }: ServerTemplate,
  given: Readonly<Record<string, string>> = {},
): string {
  return url.replaceAll(
    /\{([^{}]+)\}/g,
    (whole, name: string) => given[name] ?? variables[name]?.default ?? whole,
  );
}

/**
 * The addresses of a connection by name: its own stand for the connector's, and its variables fill those of the
 * connector.
 * @throws ConnectorError of kind `config` when a variable has a value that it may not have, or makes no address
 */
export function serversOf(
  connector: Connector,
  { servers, variables, name: connection }: Pick<Connection, 'name' | 'servers' | 'variables'>,
): Readonly<Record<string, string>> {
  if (!connector.templates || !variables) return { ...connector.servers, ...servers };
  const filled = Object.entries(connector.templates)
    .filter(([name]) => servers?.[name] === undefined)
    .map(([name, template]) => {
      for (const [key, { enum: allowed }] of Object.entries(template.variables)) {
        const value = variables[key];
        if (value === undefined || !allowed || allowed.includes(value)) continue;
        throw refusal(connector, connection, key, `is '${value}', expected one of ${allowed.join(', ')}`);
      }
      const url = fillServer(template, variables);
      if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
        throw refusal(
          connector,
          connection,
          Object.keys(template.variables).join(', '),
          `makes '${url}', which is no address`,
        );
      }
      return [name, url] as const;
    });
  return { ...connector.servers, ...Object.fromEntries(filled), ...servers };
}

function refusal(connector: Connector, connection: string, variable: string, what: string): ConnectorError {
  return new ConnectorError(`the variable '${variable}' of the connection '${connection}' ${what}`, {
    kind: 'config',
    connector: connector.id,
    hint: `Correct it under 'variables' of the connection, or give the whole address under 'servers'.`,
  });
}
