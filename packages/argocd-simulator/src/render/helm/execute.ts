import { isRecord } from '../documents';
import { functions, isEmpty, print } from './functions';
import { Node, parseTemplate, Pipe, TemplateSyntaxError, Term } from './parse';

/** A template that can't be parsed or executed, in the words of Go's text/template. */
export class TemplateError extends Error {}

class Scope {
  private readonly variables = new Map<string, unknown>();
  constructor(private readonly parent?: Scope) {}

  declare(name: string, value: unknown): void {
    this.variables.set(name, value);
  }

  assign(name: string, value: unknown): void {
    if (this.variables.has(name)) this.variables.set(name, value);
    else if (this.parent) this.parent.assign(name, value);
    else throw new Error(`undefined variable "${name}"`);
  }

  read(name: string): unknown {
    if (this.variables.has(name)) return this.variables.get(name);
    if (!this.parent) throw new Error(`undefined variable "${name}"`);
    return this.parent.read(name);
  }
}

class LoopSignal extends Error {
  constructor(readonly kind: 'break' | 'continue') {
    super(`{{${kind}}} outside {{range}}`);
  }
}

/** A set of templates that may include each other. */
export class TemplateSet {
  private readonly defined = new Map<string, Node[]>();
  private depth = 0;

  add(name: string, source: string): void {
    try {
      this.defined.set(name, parseTemplate(source, this.defined));
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError)) throw error;
      throw new TemplateError(
        `parse error at (${name}:${error.line}): ${error.message}`,
      );
    }
  }

  execute(name: string, dot: unknown): string {
    const nodes = this.defined.get(name);
    if (!nodes)
      throw new Error(`no template "${name}" associated with template "gotpl"`);
    if (this.depth > 200)
      throw new Error(
        'rendering template has a nested reference name: unable to execute template',
      );
    const scope = new Scope();
    scope.declare('$', dot);
    this.depth++;
    try {
      return this.run(nodes, dot, scope, name);
    } finally {
      this.depth--;
    }
  }

  private run(nodes: Node[], dot: unknown, scope: Scope, name: string): string {
    let output = '';
    for (const node of nodes) {
      if (node.type === 'text') {
        output += node.text;
        continue;
      }
      try {
        output += this.step(node, dot, scope, name);
      } catch (error) {
        if (error instanceof LoopSignal) {
          error.message =
            output + (error.message.startsWith('{{') ? '' : error.message);
          throw error;
        }
        if (error instanceof TemplateError) throw error;
        throw new TemplateError(
          `template: ${name}:${node.line}: executing "${name}": ${
            (error as Error).message
          }`,
        );
      }
    }
    return output;
  }

  private step(
    node: Exclude<Node, { type: 'text' }>,
    dot: unknown,
    scope: Scope,
    name: string,
  ): string {
    switch (node.type) {
      case 'action': {
        const value = this.pipe(node.pipe, dot, scope);
        return node.pipe.declare.length > 0 ? '' : print(value);
      }
      case 'template':
        return this.execute(
          node.name,
          node.pipe ? this.pipe(node.pipe, dot, scope) : undefined,
        );
      case 'range':
        return this.range(node, dot, scope, name);
      case 'break':
      case 'continue':
        throw new LoopSignal(node.type);
      default:
        for (const { pipe, body } of node.branches) {
          const inner = new Scope(scope);
          const value = this.pipe(pipe, dot, inner);
          if (!isEmpty(value))
            return this.run(
              body,
              node.type === 'with' ? value : dot,
              inner,
              name,
            );
        }
        return this.run(node.otherwise, dot, new Scope(scope), name);
    }
  }

  private range(
    node: Extract<Node, { type: 'range' }>,
    dot: unknown,
    scope: Scope,
    name: string,
  ): string {
    const { declare } = node.pipe;
    const value = this.pipe({ ...node.pipe, declare: [] }, dot, scope);
    let entries: Array<[unknown, unknown]> = [];
    if (Array.isArray(value))
      entries = value.map((item, index) => [index, item]);
    else if (typeof value === 'number')
      entries = Array.from({ length: value }, (_, index) => [index, index]);
    else if (isRecord(value))
      entries = Object.keys(value)
        .sort()
        .map(key => [key, value[key]]);
    else if (value !== undefined && value !== null)
      throw new Error(`range can't iterate over ${print(value)}`);
    if (entries.length === 0)
      return this.run(node.otherwise, dot, new Scope(scope), name);
    let output = '';
    for (const [key, item] of entries) {
      const inner = new Scope(scope);
      if (declare.length === 2) inner.declare(declare[0], key);
      if (declare.length > 0) inner.declare(declare[declare.length - 1], item);
      try {
        output += this.run(node.body, item, inner, name);
      } catch (error) {
        if (!(error instanceof LoopSignal)) throw error;
        output += error.message.startsWith('{{') ? '' : error.message;
        if (error.kind === 'break') break;
      }
    }
    return output;
  }

  private pipe(pipe: Pipe, dot: unknown, scope: Scope): unknown {
    let value: unknown;
    pipe.commands.forEach((command, index) => {
      value = this.command(command, dot, scope, index > 0 ? [value] : []);
    });
    if (pipe.declare.length > 0) {
      if (pipe.assign) scope.assign(pipe.declare[0], value);
      else scope.declare(pipe.declare[0], value);
    }
    return value;
  }

  private command(
    terms: Term[],
    dot: unknown,
    scope: Scope,
    piped: unknown[],
  ): unknown {
    const [head, ...rest] = terms;
    if (head.type === 'function') {
      // Only these two leave arguments alone that they don't need.
      if (head.name === 'and' || head.name === 'or') {
        const stopAt = head.name === 'or';
        let value: unknown;
        for (const next of [
          ...rest.map(term => () => this.term(term, dot, scope)),
          ...piped.map(item => () => item),
        ]) {
          value = next();
          if (isEmpty(value) !== stopAt) return value;
        }
        return value;
      }
      return this.call(
        head.name,
        [...rest.map(term => this.term(term, dot, scope)), ...piped],
        dot,
      );
    }
    const args = [...rest.map(term => this.term(term, dot, scope)), ...piped];
    const value = this.term(head, dot, scope);
    if (typeof value === 'function') return value(...args);
    if (args.length > 0)
      throw new Error(`can't give argument to non-function ${head.type}`);
    return value;
  }

  private call(name: string, args: unknown[], dot: unknown): unknown {
    if (name === 'include') return this.execute(String(args[0]), args[1]);
    if (name === 'tpl') {
      const set = new TemplateSet();
      for (const [key, nodes] of this.defined) set.defined.set(key, nodes);
      set.add('gotpl', String(args[0]));
      return set.execute('gotpl', args[1] ?? dot);
    }
    const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!known) throw new Error(`function "${name}" not defined`);
    try {
      return known(...args);
    } catch (error) {
      throw new Error(`error calling ${name}: ${(error as Error).message}`);
    }
  }

  private term(term: Term, dot: unknown, scope: Scope): unknown {
    switch (term.type) {
      case 'literal':
        return term.value;
      case 'dot':
        return dot;
      case 'field':
        return fieldOf(dot, term.names);
      case 'variable':
        return fieldOf(scope.read(term.name), term.names);
      case 'pipe':
        return fieldOf(this.pipe(term.pipe, dot, new Scope(scope)), term.names);
      default:
        return this.call(term.name, [], dot);
    }
  }
}

function fieldOf(value: unknown, names: string[]): unknown {
  let at = value;
  for (const name of names) {
    if (at === undefined || at === null)
      throw new Error(`nil pointer evaluating interface {}.${name}`);
    if (!isRecord(at))
      throw new Error(`can't evaluate field ${name} in type ${typeof at}`);
    at = Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return at ?? undefined;
}
