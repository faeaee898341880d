/**
 * Reads a house of TypeScript files and tells every fault that it has against its floor plan.
 *
 * A place is a path below `src` without its ending. In a pattern of places `*` stands for one step, `**` for any number,
 * `{a,b}` for either, `!a` for one step other than that.
 */
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';

/** What the files at a place may import from the house, and what only as types. */
export interface Room {
  readonly files: string;
  readonly imports: readonly string[];
  readonly types?: readonly string[];
}

export interface Plan {
  /** The first that fits a file is its room; a file that fits none stands in a room that is not on the plan. */
  readonly rooms: readonly Room[];
  /** Packages that belong to some rooms alone. */
  readonly packages: readonly { readonly names: readonly string[]; readonly files: readonly string[] }[];
  /** Where `process` may be named, which every file could reach without an import. */
  readonly processRooms: readonly string[];
  /** Where the house is entered; what cannot be reached from here is not lived in. */
  readonly entrances: readonly string[];
}

/** Sources by their path below `src`. */
export type House = Readonly<Record<string, string>>;

interface Import {
  /** As written; null where it is not a plain text and so cannot be known. */
  readonly from: string | null;
  readonly isType: boolean;
}

export const placeOf = (path: string): string => path.replace(/(?:\.d)?\.ts$/, '');

const patterns = new Map<string, RegExp>();

/** Whether a place fits a pattern of the plan. */
export function fits(place: string, pattern: string): boolean {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = compile(pattern);
    patterns.set(pattern, compiled);
  }
  return compiled.test(place);
}

function compile(pattern: string): RegExp {
  const source = pattern
    .replaceAll('.', '\\.')
    .replace(/\{([^}]*)\}/g, (_, words: string) => `(?:${words.replaceAll(',', '|')})`)
    .replace(/!(\(\?:[^)]*\)|[^/]+)/g, '(?!$1(?:/|$))<step>')
    .replaceAll('**', '.+')
    .replaceAll('*', '<step>')
    .replaceAll('<step>', '[^/]+');
  return new RegExp(`^${source}$`);
}

const fitsAny = (place: string, patterns: readonly string[] = []): boolean =>
  patterns.some((pattern) => fits(place, pattern));

interface Reading {
  readonly imports: readonly Import[];
  readonly namesProcess: boolean;
}

const readings = new Map<string, Reading>();

/** Every import of a source, however it is written, and whether it names `process`. */
export function read(path: string, source: string): Reading {
  const key = `${path}\n${source}`;
  const reading = readings.get(key) ?? parse(path, source);
  readings.set(key, reading);
  return reading;
}

function parse(path: string, source: string): Reading {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const imports: Import[] = file.referencedFiles.map(({ fileName }) => ({
    from: `./${fileName}`,
    isType: true,
  }));
  let namesProcess = false;

  const add = (specifier: ts.Node | undefined, isType: boolean) =>
    imports.push({
      from: specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : null,
      isType,
    });

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
      add(node.moduleReference.expression, node.isTypeOnly);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isCallExpression(node) && isLoader(node.expression)) add(node.arguments[0], false);
    if (ts.isIdentifier(node) && node.text === 'process' && isGlobal(node)) namesProcess = true;
    if (ts.isElementAccessExpression(node) && /^['"`]process['"`]$/.test(node.argumentExpression.getText()))
      namesProcess = true;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { imports, namesProcess };
}

/** `import(…)`, `require(…)`, `import.meta.resolve(…)`, `import.meta.require(…)` and `process.getBuiltinModule(…)`. */
function isLoader(called: ts.Expression): boolean {
  if (called.kind === ts.SyntaxKind.ImportKeyword) return true;
  if (ts.isIdentifier(called)) return called.text === 'require';
  if (!ts.isPropertyAccessExpression(called)) return false;
  return (
    called.name.text === 'getBuiltinModule' ||
    (ts.isMetaProperty(called.expression) && ['resolve', 'require'].includes(called.name.text))
  );
}

/** Whether a name stands for itself, or is a property of the global object, rather than a property of something else. */
function isGlobal(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent) && parent.name === name)
    return ['globalThis', 'global'].includes(parent.expression.getText());
  const isKey =
    (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent)) &&
    parent.name === name;
  return !isKey;
}

/** A package's name as the plan has it: without what stands behind it, built-in ones with `node:`. */
function packageOf(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/');
  const name = first.startsWith('@') ? `${first}/${second}` : first;
  return builtinModules.includes(name) ? `node:${name}` : name;
}

/** The place that an import of a file leads to. */
const targetOf = (path: string, from: string): string =>
  placeOf(posix.join(posix.dirname(path), from).replace(/\.js$/, '.ts'));

/** Every place that can be reached from where the house is entered. */
function reach(house: House, entrances: readonly string[]): Set<string> {
  const edges = new Map(
    Object.entries(house).map(([path, source]) => [
      placeOf(path),
      read(path, source).imports.flatMap(({ from }) => (from?.startsWith('.') ? [targetOf(path, from)] : [])),
    ]),
  );
  const reached = new Set<string>();
  const enter = (place: string): void => {
    if (reached.has(place)) return;
    reached.add(place);
    for (const next of edges.get(place) ?? []) enter(next);
  };
  for (const place of entrances) enter(place);
  return reached;
}

/** Every fault of a house against its plan, in words that name the file. */
export function inspect(house: House, { rooms, packages, processRooms, entrances }: Plan): string[] {
  const places = new Set(Object.keys(house).map(placeOf));
  const faults: string[] = [];

  for (const [path, source] of Object.entries(house)) {
    const place = placeOf(path);
    const room = rooms.find(({ files }) => fits(place, files));
    if (room === undefined) faults.push(`${path} stands in a room that is not on the plan`);
    if (!/^(?:#!.*\n)?\/\*\*\s+(?:\* )?[^\s*][\s\S]*?[.:]\s*\*\//.test(source))
      faults.push(`${path} does not begin with a comment that says what it promises`);

    const { imports, namesProcess } = read(path, source);
    if (namesProcess && !fitsAny(place, processRooms)) faults.push(`${path} names process`);
    for (const { from, isType } of imports) {
      if (from === null) {
        faults.push(`${path} imports what cannot be known`);
      } else if (!from.startsWith('.')) {
        const name = packageOf(from);
        const owner = packages.find(({ names }) => fitsAny(name, names));
        if (owner !== undefined && !fitsAny(place, owner.files)) faults.push(`${path} imports ${name}`);
        if (!from.startsWith('node:') && name.startsWith('node:'))
          faults.push(`${path} imports ${from} without node:`);
      } else {
        const target = targetOf(path, from);
        if (!places.has(target)) faults.push(`${path} imports ${from}, which is not in src`);
        else if (
          room !== undefined &&
          !fitsAny(target, [...room.imports, ...(isType ? (room.types ?? []) : [])])
        )
          faults.push(`${path} imports ${isType ? 'types of ' : ''}${target}`);
      }
    }
  }

  const reached = reach(house, entrances);
  for (const path of Object.keys(house))
    if (!reached.has(placeOf(path)) && !path.endsWith('.d.ts')) faults.push(`${path} cannot be reached`);
  return faults;
}
