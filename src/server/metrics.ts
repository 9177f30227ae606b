/** Names and values of what a line is about. */
export type Labels = Readonly<Record<string, string>>;

type Kind = 'counter' | 'gauge' | 'histogram';

interface Family {
  name: string;
  help: string;
  kind: Kind;
  /** Text after the name (`{a="b"}`) and value. */
  lines: Map<string, number>;
}

/** Bounds of a histogram of seconds. */
const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Measurements as Prometheus reads them (text format 0.0.4). Labels come from fixed sets and from names that an
 * administrator gave, never from a request, so that nobody can make them grow.
 */
export class Metrics {
  readonly #families = new Map<string, Family>();

  /** Adds to a number that only grows. */
  add(name: string, help: string, labels: Labels = {}, n = 1): void {
    const { lines } = this.#family(name, help, 'counter');
    const key = textOf(labels);
    lines.set(key, (lines.get(key) ?? 0) + n);
  }

  /** Sets all lines of a number that somebody else counts. */
  count(name: string, help: string, lines: Iterable<readonly [Labels, number]>): void {
    this.#set(name, help, 'counter', lines);
  }

  /** Sets all lines of a number that goes up and down. */
  gauge(name: string, help: string, lines: Iterable<readonly [Labels, number]>): void {
    this.#set(name, help, 'gauge', lines);
  }

  /** Notes how long something took, in seconds. */
  observe(name: string, help: string, labels: Labels, seconds: number): void {
    const { lines } = this.#family(name, help, 'histogram');
    const add = (suffix: string, more: Labels, n: number): void => {
      const key = `${suffix}${textOf({ ...labels, ...more })}`;
      lines.set(key, (lines.get(key) ?? 0) + n);
    };
    for (const bound of SECONDS) add('_bucket', { le: String(bound) }, seconds <= bound ? 1 : 0);
    add('_bucket', { le: '+Inf' }, 1);
    add('_sum', {}, seconds);
    add('_count', {}, 1);
  }

  /** The whole as text. */
  text(): string {
    const blocks = [...this.#families.values()].map(({ name, help, kind, lines }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${kind}`,
        ...[...lines].map(([labels, value]) => `${name}${labels} ${value}`),
      ].join('\n'),
    );
    return `${blocks.join('\n')}\n`;
  }

  #set(name: string, help: string, kind: Kind, lines: Iterable<readonly [Labels, number]>): void {
    const family = this.#family(name, help, kind);
    family.lines = new Map([...lines].map(([labels, value]) => [textOf(labels), value]));
  }

  #family(name: string, help: string, kind: Kind): Family {
    const family = this.#families.get(name) ?? { name, help, kind, lines: new Map() };
    this.#families.set(name, family);
    return family;
  }
}

function textOf(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
