import { Command, Option } from 'commander';
import type { Action } from '../core/action.ts';
import { carriedSchema } from '../core/json-schema.ts';
import { addGlobalOptions } from './command.ts';
import { placeholder, type Field } from './fields.ts';
import type { GlobalOptions } from './io.ts';

/** Flags that are not fields of an action. */
export const OWN_FLAGS: ReadonlySet<string> = new Set([
  'input',
  'all',
  'yes',
  'output',
  'config',
  'json',
  'log-level',
  'help',
]);

export interface CallOptions extends GlobalOptions {
  input?: string;
  all?: boolean;
  yes?: boolean;
  output?: string;
}

/** Reads the flags of one action: the fields of its input, and how to run it. */
export function callParser(
  about: { owner: string; name: string; action: Action; example: string },
  fields: readonly Field[],
  model: Command,
): Command {
  const { owner, name, action } = about;
  const command = new Command(`trunkline call ${owner} ${name}`)
    .copyInheritedSettings(model)
    .usage('[--<field> value ...]')
    .description(describe(action))
    .allowExcessArguments(false);
  for (const field of fields) for (const option of toOptions(field)) command.addOption(option);
  const group = 'How to call it:';
  command
    .addOption(new Option('--input <json>', 'the input as JSON, @file, or - for stdin').helpGroup(group))
    .addOption(
      new Option('--all', action.pages ? 'read every page and print one row a line' : '')
        .hideHelp(!action.pages)
        .helpGroup(group),
    )
    .addOption(
      new Option('--yes', 'do it without asking').hideHelp(action.effect !== 'destroy').helpGroup(group),
    );
  // Only the call of an example tells whether an answer is a file.
  const toFile = leadsToFile(action);
  command.addOption(
    new Option('--output <file>', 'where the file goes; a part that is there already is gone on with')
      .hideHelp(!toFile)
      .helpGroup(group),
  );
  addGlobalOptions(command);
  return command.addHelpText(
    'after',
    `\nExample:\n  ${about.example}\n\nDocumentation: ${action.docs || '-'}`,
  );
}

function leadsToFile(action: Action): boolean {
  // What a document describes is read whole; reading its schemas for this would cost more than all the rest.
  if (carriedSchema(action.input)) return false;
  const sample = action.input.safeParse(action.example);
  return sample.success && action.call(sample.data).link !== undefined;
}

function describe({ title, effect, budget, scopes, plan }: Action): string {
  const facts = [
    effect === 'read' ? 'Changes nothing' : effect === 'write' ? 'Writes' : 'Destroys; asks first',
    `budget ${budget}`,
    ...(scopes.length > 0 ? [`scope ${scopes.join(' or ')}`] : []),
    ...(plan ? [`needs: ${plan}`] : []),
  ];
  return `${title}. ${facts.join('; ')}.`;
}

function toOptions(field: Field): Option[] {
  const { flag, kind, required, choices, description } = field;
  const group = required ? 'Fields that it needs:' : 'Other fields:';
  const listed = placeholder(field) === choices.join('|') ? '' : choices.join(', ');
  const text = [description, listed ? `One of: ${listed}.` : ''].filter(Boolean).join(' ');
  const value = kind === 'boolean' ? `[${placeholder(field)}]` : `<${placeholder(field).replace('...', '')}>`;
  const option = new Option(`--${flag} ${value}`, text).helpGroup(group);
  // Under its flag: two names that differ in spelling only must not become one.
  option.attributeName = () => flag;
  if (kind === 'list') {
    option.description = [text, 'May be repeated, or JSON.'].filter(Boolean).join(' ');
    option.argParser((one: string, before: string[] | undefined) => [...(before ?? []), one]);
  }
  if (kind !== 'boolean') return [option];
  const no = new Option(`--no-${flag}`, '').hideHelp();
  no.attributeName = () => flag;
  return [option, no];
}
