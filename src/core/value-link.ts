/** Values that an input may have, and what people see of them. */
export interface Choice {
  value: unknown;
  label: string;
}

/** The values that an input may have: those that another action lists, or those that stand here. */
export type ValueLink = DynamicLink | StaticLink;

export interface DynamicLink {
  /** The action that lists the values, such as `projects.list`. */
  action: string;
  /** Its input. A text `{name}` stands for the input of that name of the action that is linked from. */
  input: Readonly<Record<string, unknown>>;
  /** Where the answer has the list, as a JSON pointer; by the action's `pages` when left out. */
  items?: string | undefined;
  /** Where an item has the value, as a JSON pointer. */
  value: string;
  /** What people see, such as `{name} ({key})`; the value when left out. */
  label?: string | undefined;
  /** Input of the action that takes what a person types to search. */
  search?: string | undefined;
  /** A value that is not listed may be sent all the same. */
  open: boolean;
}

export interface StaticLink {
  choices: readonly { value: unknown; label?: string | undefined }[];
  open: boolean;
}

/** Names in braces in a text, such as `{name} ({key})`. */
export function namesIn(template: string): string[] {
  return [...template.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
}

/** The inputs of the action that is linked from, on which the list depends. */
export function dependenciesOf({ input }: DynamicLink): string[] {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null)
      for (const one of Object.values(value)) collect(one);
  };
  collect(input);
  return [...new Set(texts.flatMap(namesIn))];
}

/**
 * The input of the linked action, with what the person has chosen so far filled in. A text that is one name and nothing
 * else becomes the value itself, whatever its type.
 */
export function fillInput(
  { input }: DynamicLink,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const whole = /^\{([^{}]+)\}$/.exec(value)?.[1];
      if (whole !== undefined) return given[whole];
      return value.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => plain(given[name]));
    }
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one)]));
  };
  const filled = Object.entries(input).map(([name, value]) => [name, fill(value)] as const);
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
}

/** What people see of an item. `{name}` is a member, `{owner.name}` a member of a member. */
export function labelOf(template: string | undefined, item: unknown, value: unknown): string {
  if (template === undefined) return plain(value);
  return template.replaceAll(/\{([^{}]+)\}/g, (_, path: string) => plain(memberAt(item, path)));
}

function memberAt(item: unknown, path: string): unknown {
  let here = item;
  for (const key of path.replace(/^\//, '').split(/[./]/)) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

function plain(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
