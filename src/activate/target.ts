import type { Audience, AudienceSchema } from '../core/audience.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Reader } from '../core/reader.ts';
import { compileMapping, type FieldRule, type Mapping } from './mapping.ts';
import type { ListIds } from './person-state.ts';

/** Lists as the configuration names them: by id, by name, or none. */
export type ListNames = Readonly<Record<keyof ListIds, number | string | null>>;

export interface TargetSettings {
  fields: readonly FieldRule[];
  lists: ListNames;
  ensureAttributes: boolean;
  ensureLists: boolean;
}

/** The other side, checked: every attribute and list of the configuration is there and fits. */
export interface Target {
  mapping: Mapping;
  lists: ListIds;
  /** What was created for it, or would be in a dry run. */
  created: string[];
}

/**
 * Checks mapping and lists against the account before anybody is brought over, creating what is missing if the
 * settings say so (and `write` is set).
 * @throws ConnectorError of kind `config` with every problem at once
 */
export async function prepareTarget(
  audience: Audience,
  reader: Reader,
  settings: TargetSettings,
  write: boolean,
): Promise<Target> {
  const schema = await audience.schema(reader);
  const { map, missing, problems } = compileMapping(settings.fields, schema);
  if (!settings.ensureAttributes) {
    for (const { name, type, from } of missing) {
      problems.push(
        `field_mapping: ${from} → ${name}: the account has no attribute ${name}; create it there as a ${type} attribute, or set ensure_attributes: true`,
      );
    }
  }
  const wanted = Object.entries(settings.lists) as [keyof ListIds, number | string | null][];
  const found = wanted.map(
    ([use, list]) => [use, findList(use, list, schema, settings.ensureLists, problems)] as const,
  );
  if (problems.length > 0) {
    throw new ConnectorError(
      `the configuration does not fit the account:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
      { kind: 'config', hint: 'Nothing was sent. Mend the configuration or the account, then run it again.' },
    );
  }
  const created = missing.map(({ name }) => `attribute ${name}`);
  if (write) for (const { name, type } of missing) await audience.createAttribute(reader, name, type);
  const lists: ListIds = { meetingParticipants: null, webinarAttendees: null, webinarRegistrants: null };
  const made = new Map<string, number>();
  for (const [use, list] of found) {
    if (typeof list !== 'string') lists[use] = list;
    else {
      if (!made.has(list)) {
        created.push(`list ${list}`);
        // In a dry run no id is known; lists that differ must stay different, as they decide who goes together.
        made.set(list, write ? await audience.createList(reader, list) : -created.length);
      }
      lists[use] = made.get(list) ?? null;
    }
  }
  return { mapping: map, lists, created };
}

/** The list's id; its name when it has to be made; null when there is to be none. */
function findList(
  use: keyof ListIds,
  wanted: number | string | null,
  { lists }: AudienceSchema,
  ensure: boolean,
  problems: string[],
): number | string | null {
  if (wanted === null) return null;
  const list = lists.find(({ id, name }) => (typeof wanted === 'number' ? id === wanted : name === wanted));
  if (list) return list.id;
  if (typeof wanted === 'string' && ensure) return wanted;
  const there = lists.slice(0, 8).map(({ id, name }) => `${id} '${name}'`);
  const more = lists.length > there.length ? ` and ${lists.length - there.length} more` : '';
  const label = use.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const name = typeof wanted === 'number' ? wanted : `'${wanted}'`;
  // A list cannot be made with a certain id.
  const making = typeof wanted === 'number' ? '' : ' set ensure_lists: true,';
  problems.push(
    `lists: ${label}: the account has no list ${name}; it has ${there.join(', ') || 'none'}${more}. Name one of them by id or name, create it there,${making} or write null for no list`,
  );
  return null;
}
