/**
 * From a zod schema to JSON Schema: one conversion, for the contract and for the serialisers.
 */
import fastJson from 'fast-json-stringify';
import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

const COMPONENT_PREFIX = '#/components/schemas/';

/** A schema as the contract shows it, and the named schemas that it refers to. */
export interface ContractSchema {
  readonly schema: JsonSchema;
  readonly components: Record<string, JsonSchema>;
}

/** A type that may also be null is written as a list of types wherever it is not a reference. */
function foldNull(schema: JsonSchema): void {
  const { anyOf } = schema as { anyOf?: JsonSchema[] };
  if (anyOf?.length !== 2 || anyOf[1]?.type !== 'null' || typeof anyOf[0]?.type !== 'string') return;
  delete schema.anyOf;
  Object.assign(schema, anyOf[0], { type: [anyOf[0].type, 'null'] });
  if (Array.isArray(schema.enum)) schema.enum = [...schema.enum, null];
}

function tidy(schema: JsonSchema): void {
  foldNull(schema);
  if (schema.format !== undefined) delete schema.pattern; // the format says it, and can be read
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

/**
 * @param io whether the shape is wanted as it is given (`input`) or as it comes out (`output`)
 */
export function toContractSchema(schema: z.ZodType, io: 'input' | 'output' = 'output'): ContractSchema {
  const converted = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      tidy(jsonSchema as JsonSchema);
      // Fields may be added to answers, and a client must not break on one.
      if (io === 'output') delete jsonSchema.additionalProperties;
    },
  });
  const {
    $schema: _schema,
    $defs = {},
    ...own
  } = converted as JsonSchema & { $defs?: Record<string, JsonSchema> };
  const named = (text: string) => text.replaceAll('"#/$defs/', `"${COMPONENT_PREFIX}`);
  const components = JSON.parse(named(JSON.stringify($defs))) as Record<string, JsonSchema>;
  for (const component of Object.values(components)) delete component.id;
  return { schema: JSON.parse(named(JSON.stringify(own))) as JsonSchema, components };
}

/** The schema with every reference put in its place, which a serialiser compiles to faster code. */
function inline(schema: unknown, components: Record<string, JsonSchema>): unknown {
  if (Array.isArray(schema)) return schema.map((part) => inline(part, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, ...rest } = schema as JsonSchema & { $ref?: string };
  const target =
    $ref === undefined ? {} : inline(components[$ref.slice(COMPONENT_PREFIX.length)], components);
  const whole = { ...(target as JsonSchema) };
  for (const [key, value] of Object.entries(rest)) whole[key] = inline(value, components);
  foldNull(whole);
  return whole;
}

/** The schema of a thing as it comes out, with everything that it refers to in its place. */
export function toInlineSchema(schema: z.ZodType): JsonSchema {
  const { schema: own, components } = toContractSchema(schema);
  return inline(own, components) as JsonSchema;
}

type Serializer = (value: unknown) => string;
const compiled = new WeakMap<z.ZodType, Serializer>();

/**
 * A function that writes values of this schema as JSON, and only the fields that it declares. Compiled once for each
 * schema, however many routes answer with it.
 */
export function compileSerializer(schema: z.ZodType): Serializer {
  const held = compiled.get(schema);
  if (held !== undefined) return held;
  const serializer: Serializer = fastJson(
    toInlineSchema(schema) as unknown as Parameters<typeof fastJson>[0],
  );
  compiled.set(schema, serializer);
  return serializer;
}
