import type { SandboxAnswer } from '../types.ts';
import { invalid, jsonObject, NO_CONTENT, notFound } from './answers.ts';
import type { AttributeDefinition } from './attribute-values.ts';
import type { Call, World } from './world.ts';

/** Brevo's quota of custom contact attributes. */
const QUOTA = 200;

/** The attributes of the account by name. */
export class Attributes {
  readonly #byName = new Map<string, AttributeDefinition>();

  constructor(definitions: readonly AttributeDefinition[]) {
    for (const definition of definitions) this.#byName.set(definition.name, structuredClone(definition));
  }

  get(name: string): AttributeDefinition | undefined {
    return this.#byName.get(name);
  }

  all(): AttributeDefinition[] {
    return [...this.#byName.values()];
  }

  set(definition: AttributeDefinition): void {
    this.#byName.set(definition.name, definition);
  }
}

/** GET /contacts/attributes. */
export function listAttributes(world: World): SandboxAnswer {
  return { status: 200, json: { attributes: world.attributes.all() } };
}

/** POST /contacts/attributes/{attributeCategory}/{attributeName}; the answer has no body. */
export function createAttribute(world: World, call: Call): SandboxAnswer {
  const category = readCategory(call);
  const name = (call.params['attributeName'] ?? '').toUpperCase();
  if (!/^[A-Z][A-Z0-9_-]{0,49}$/.test(name)) throw invalid('Attribute name is invalid');
  if (world.attributes.get(name)) throw invalid('Attribute name must be unique');
  if (world.attributes.all().length >= QUOTA) throw invalid('Maximum number of attributes reached');
  const body = jsonObject(call.body);
  const definition: AttributeDefinition = { name, category };
  if (category === 'category') {
    definition.enumeration = readEnumeration(body['enumeration']);
  } else if (category === 'calculated' || category === 'global') {
    definition.calculatedValue = readFormula(body['value']);
  } else {
    const type = readType(category, body['type']);
    definition.type = type;
    if (type === 'multiple-choice')
      definition.multiCategoryOptions = readOptions(body['multiCategoryOptions']);
  }
  world.attributes.set(definition);
  return { status: 201 };
}

/** PUT /contacts/attributes/{attributeCategory}/{attributeName}: options and formulas only, never the type. */
export function updateAttribute(world: World, call: Call): SandboxAnswer {
  const category = readCategory(call);
  const present = world.attributes.get((call.params['attributeName'] ?? '').toUpperCase());
  if (!present || present.category !== category) throw notFound('Attribute not found');
  const body = jsonObject(call.body);
  const next = { ...present };
  if (category === 'category') next.enumeration = readEnumeration(body['enumeration']);
  else if (category === 'calculated' || category === 'global')
    next.calculatedValue = readFormula(body['value']);
  else if (present.type === 'multiple-choice') {
    // The document calls it an option "to add", so those that stand are kept.
    const options = readOptions(body['multiCategoryOptions']);
    next.multiCategoryOptions = [...new Set([...(present.multiCategoryOptions ?? []), ...options])];
  } else throw invalid('Attribute of this type cannot be updated');
  world.attributes.set(next);
  return NO_CONTENT;
}

function readCategory(call: Call): AttributeDefinition['category'] {
  const category = call.params['attributeCategory'];
  switch (category) {
    case 'normal':
    case 'transactional':
    case 'category':
    case 'calculated':
    case 'global':
      return category;
    default:
      throw invalid('Attribute category is invalid');
  }
}

function readType(category: string, type: unknown): NonNullable<AttributeDefinition['type']> {
  switch (type) {
    case 'text':
    case 'date':
    case 'float':
    case 'boolean':
      return type;
    case 'multiple-choice':
    case 'user':
      if (category === 'normal') return type;
      break;
    case 'id':
      if (category === 'transactional') return type;
      break;
  }
  throw invalid('Attribute type is invalid');
}

function readEnumeration(value: unknown): { label: string; value: number }[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid('Enumeration is missing');
  return value.map((item: { label?: unknown; value?: unknown } | null) => {
    const label = item?.label;
    if (typeof label !== 'string' || label.length > 200) throw invalid('Enumeration label is invalid');
    const id = item?.value;
    if (typeof id !== 'number' || !Number.isInteger(id)) throw invalid('Enumeration value is invalid');
    return { label, value: id };
  });
}

function readOptions(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid('multiCategoryOptions is missing');
  if (!value.every((item) => typeof item === 'string' && item.length <= 200)) {
    throw invalid('multiCategoryOptions is invalid');
  }
  return value;
}

function readFormula(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw invalid('Attribute value is missing');
  return value;
}
