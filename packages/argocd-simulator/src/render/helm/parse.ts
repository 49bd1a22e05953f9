/** Syntax of Go templates, as far as charts use it. */

export type Node =
  | { type: 'text'; text: string }
  | { type: 'action'; pipe: Pipe; line: number }
  | {
      type: 'if' | 'with';
      branches: Array<{ pipe: Pipe; body: Node[] }>;
      otherwise: Node[];
      line: number;
    }
  | { type: 'range'; pipe: Pipe; body: Node[]; otherwise: Node[]; line: number }
  | { type: 'template'; name: string; pipe?: Pipe; line: number }
  | { type: 'break' | 'continue'; line: number };

export interface Pipe {
  declare: string[];
  assign: boolean;
  commands: Term[][];
}

export type Term =
  | { type: 'literal'; value: unknown }
  | { type: 'dot' }
  | { type: 'field'; names: string[] }
  | { type: 'variable'; name: string; names: string[] }
  | { type: 'function'; name: string }
  | { type: 'pipe'; pipe: Pipe; names: string[] };

export class TemplateSyntaxError extends Error {
  constructor(readonly line: number, message: string) {
    super(message);
  }
}

interface Token {
  kind: 'text' | 'action';
  text: string;
  line: number;
}

function split(source: string): Token[] {
  const tokens: Token[] = [];
  const action =
    /\{\{(-(?=\s))?((?:`[^`]*`|"(?:\\.|[^"\\])*"|\/\*[\s\S]*?\*\/|(?!\}\})[\s\S])*?)(\s-)?\}\}/g;
  let at = 0;
  let trimNext = false;
  let line = 1;
  const text = (raw: string, trimEnd: boolean) => {
    let value = trimNext ? raw.replace(/^\s+/, '') : raw;
    if (trimEnd) value = value.replace(/\s+$/, '');
    if (value) tokens.push({ kind: 'text', text: value, line });
    line += raw.split('\n').length - 1;
  };
  for (const match of source.matchAll(action)) {
    text(source.slice(at, match.index), Boolean(match[1]));
    tokens.push({ kind: 'action', text: match[2].trim(), line });
    line += match[0].split('\n').length - 1;
    trimNext = Boolean(match[3]);
    at = match.index + match[0].length;
  }
  const rest = source.slice(at);
  if (rest.includes('{{'))
    throw new TemplateSyntaxError(line, 'unclosed action');
  text(rest, false);
  return tokens;
}

const LEXEME =
  /\s+|(?<raw>`[^`]*`)|(?<string>"(?:\\.|[^"\\])*")|(?<char>'(?:\\.|[^'\\])')|(?<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.]))|(?<variable>\$\w*(?:\.\w+)*)|(?<field>\.\w+(?:\.\w+)*)|(?<dot>\.)|(?<word>[A-Za-z_]\w*)|(?<symbol>:=|=|\||\(|\)|,)/gy;

type Lexeme = { kind: string; text: string; spaced: boolean };

function lex(source: string, line: number): Lexeme[] {
  const result: Lexeme[] = [];
  LEXEME.lastIndex = 0;
  let spaced = true;
  while (LEXEME.lastIndex < source.length) {
    const from = LEXEME.lastIndex;
    const match = LEXEME.exec(source);
    if (!match)
      throw new TemplateSyntaxError(
        line,
        `unexpected ${JSON.stringify(source[from])} in command`,
      );
    const found = Object.entries(match.groups ?? {}).find(
      ([, value]) => value !== undefined,
    );
    if (found) result.push({ kind: found[0], text: found[1], spaced });
    spaced = !found;
  }
  return result;
}

class PipeParser {
  private at = 0;
  constructor(
    private readonly lexemes: Lexeme[],
    private readonly line: number,
  ) {}

  private peek(offset: number = 0): Lexeme | undefined {
    return this.lexemes[this.at + offset];
  }

  parseAll(): Pipe {
    const pipe = this.parse();
    const rest = this.peek();
    if (rest)
      throw new TemplateSyntaxError(
        this.line,
        `unexpected ${rest.text} in command`,
      );
    return pipe;
  }

  private parse(): Pipe {
    const declare: string[] = [];
    let assign = false;
    const isDeclaration =
      this.peek()?.kind === 'variable' &&
      ([':=', '='].includes(this.peek(1)?.text ?? '') ||
        (this.peek(1)?.text === ',' &&
          [':=', '='].includes(this.peek(3)?.text ?? '')));
    if (isDeclaration) {
      declare.push(this.lexemes[this.at++].text);
      if (this.peek()?.text === ',') {
        this.at++;
        declare.push(this.lexemes[this.at++].text);
      }
      assign = this.lexemes[this.at++].text === '=';
    }
    const commands: Term[][] = [this.command()];
    while (this.peek()?.text === '|' && this.peek()?.kind === 'symbol') {
      this.at++;
      commands.push(this.command());
    }
    return { declare, assign, commands };
  }

  private command(): Term[] {
    const terms: Term[] = [];
    for (let next = this.peek(); next; next = this.peek()) {
      if (next.kind === 'symbol' && next.text !== '(') break;
      terms.push(this.term());
    }
    if (terms.length === 0)
      throw new TemplateSyntaxError(this.line, 'missing value for command');
    return terms;
  }

  private term(): Term {
    const { kind, text } = this.lexemes[this.at++];
    switch (kind) {
      case 'raw':
        return { type: 'literal', value: text.slice(1, -1) };
      case 'string':
        return {
          type: 'literal',
          value: JSON.parse(text.replace(/\\x([0-9a-fA-F]{2})/g, '\\u00$1')),
        };
      case 'char':
        return { type: 'literal', value: text.charCodeAt(1) };
      case 'number':
        return { type: 'literal', value: Number(text) };
      case 'dot':
        return { type: 'dot' };
      case 'field':
        return { type: 'field', names: text.slice(1).split('.') };
      case 'variable': {
        const [name, ...names] = text.split('.');
        return { type: 'variable', name, names };
      }
      case 'word':
        if (text === 'true' || text === 'false')
          return { type: 'literal', value: text === 'true' };
        return text === 'nil'
          ? { type: 'literal', value: undefined }
          : { type: 'function', name: text };
      default: {
        const pipe = this.parse();
        if (this.peek()?.text !== ')')
          throw new TemplateSyntaxError(this.line, 'unclosed left paren');
        this.at++;
        const after = this.peek();
        const names =
          after?.kind === 'field' && !after.spaced
            ? after.text.slice(1).split('.')
            : [];
        if (names.length > 0) this.at++;
        return { type: 'pipe', pipe, names };
      }
    }
  }
}

function parsePipe(source: string, line: number): Pipe {
  return new PipeParser(lex(source, line), line).parseAll();
}

/** Parses a file; the templates that it defines are added to `defined`. */
export function parseTemplate(
  source: string,
  defined: Map<string, Node[]>,
): Node[] {
  const tokens = split(source);
  let at = 0;

  function body(): { nodes: Node[]; end: string; line: number } {
    const nodes: Node[] = [];
    while (at < tokens.length) {
      const { kind, text, line } = tokens[at++];
      if (kind === 'text') {
        nodes.push({ type: 'text', text });
        continue;
      }
      if (text.startsWith('/*') || text === '') continue;
      const [, word, rest] = /^(\w+)?\s*([\s\S]*)$/.exec(text)!;
      if (word === 'end' || word === 'else') return { nodes, end: text, line };
      nodes.push(...statement(word, rest, text, line));
    }
    return { nodes, end: '', line: tokens.at(-1)?.line ?? 1 };
  }

  function closed(): Node[] {
    const { nodes, end, line } = body();
    if (end !== 'end')
      throw new TemplateSyntaxError(
        line,
        end ? `unexpected {{${end}}}` : 'unexpected EOF',
      );
    return nodes;
  }

  function statement(
    word: string | undefined,
    rest: string,
    text: string,
    line: number,
  ): Node[] {
    switch (word) {
      case 'if':
      case 'with': {
        const branches: Array<{ pipe: Pipe; body: Node[] }> = [];
        let condition = rest;
        for (;;) {
          const { nodes, end, line: endLine } = body();
          branches.push({ pipe: parsePipe(condition, line), body: nodes });
          if (end === 'end')
            return [{ type: word, branches, otherwise: [], line }];
          if (end === 'else')
            return [{ type: word, branches, otherwise: closed(), line }];
          const next = /^else\s+(?:if|with)\s+([\s\S]+)$/.exec(end);
          if (!next) throw new TemplateSyntaxError(endLine, 'unexpected EOF');
          condition = next[1];
        }
      }
      case 'range': {
        const { nodes, end, line: endLine } = body();
        if (end !== 'end' && end !== 'else')
          throw new TemplateSyntaxError(endLine, 'unexpected EOF');
        return [
          {
            type: 'range',
            pipe: parsePipe(rest, line),
            body: nodes,
            otherwise: end === 'else' ? closed() : [],
            line,
          },
        ];
      }
      case 'define':
      case 'block': {
        const [, name, argument] = /^"([^"]+)"\s*([\s\S]*)$/.exec(rest) ?? [];
        if (!name)
          throw new TemplateSyntaxError(
            line,
            `unexpected ${rest} in ${word} clause`,
          );
        defined.set(name, closed());
        return word === 'block'
          ? [{ type: 'template', name, pipe: parsePipe(argument, line), line }]
          : [];
      }
      case 'template': {
        const [, name, argument] = /^"([^"]+)"\s*([\s\S]*)$/.exec(rest) ?? [];
        if (!name)
          throw new TemplateSyntaxError(
            line,
            `unexpected ${rest} in template clause`,
          );
        return [
          {
            type: 'template',
            name,
            pipe: argument ? parsePipe(argument, line) : undefined,
            line,
          },
        ];
      }
      case 'break':
      case 'continue':
        return [{ type: word, line }];
      default:
        return [{ type: 'action', pipe: parsePipe(text, line), line }];
    }
  }

  const { nodes, end, line } = body();
  if (end) throw new TemplateSyntaxError(line, `unexpected {{${end}}}`);
  return nodes;
}
