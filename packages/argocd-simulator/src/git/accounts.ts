import { createHash } from 'node:crypto';

export interface Account {
  id: number;
  login: string;
  fullName: string;
  email: string;
  password: string;
  /** May push, open and merge; everybody may read. */
  writer: boolean;
}

export interface AccessToken {
  id: number;
  name: string;
  token: string;
  login: string;
}

/** Users of the git host and their tokens. */
export class Accounts {
  private readonly accounts = new Map<string, Account>();
  private readonly tokens: AccessToken[] = [];
  private nextTokenId = 1;

  add(account: {
    login: string;
    fullName?: string;
    email?: string;
    password?: string;
    writer?: boolean;
  }): Account {
    const {
      login,
      fullName = login,
      email = `${login}@example.com`,
      password = login,
      writer = true,
    } = account;
    const added = {
      id: this.accounts.size + 1,
      login,
      fullName,
      email,
      password,
      writer,
    };
    this.accounts.set(login, added);
    return added;
  }

  find(login: string): Account | undefined {
    return this.accounts.get(login);
  }

  /** The same user and name give the same token, so that a restarted simulator needs no new configuration. */
  createToken(login: string, name: string): AccessToken {
    const id = this.nextTokenId++;
    const token = createHash('sha1')
      .update(`${login}/${name}/${id}`)
      .digest('hex');
    const created = { id, name, token, login };
    this.tokens.push(created);
    return created;
  }

  tokensOf(login: string): AccessToken[] {
    return this.tokens.filter(token => token.login === login);
  }

  deleteToken(login: string, idOrName: string): boolean {
    const index = this.tokens.findIndex(
      token =>
        token.login === login &&
        (String(token.id) === idOrName || token.name === idOrName),
    );
    if (index < 0) return false;
    this.tokens.splice(index, 1);
    return true;
  }

  private byToken(token: string): Account | undefined {
    const found = this.tokens.find(candidate => candidate.token === token);
    return found && this.accounts.get(found.login);
  }

  /** Who an `Authorization` header is; `invalid` when it says something that is not so. */
  authenticate(header: string | undefined): Account | 'anonymous' | 'invalid' {
    if (!header) return 'anonymous';
    const [scheme, value = ''] = header.split(/\s+/, 2);
    if (/^(token|bearer)$/i.test(scheme))
      return this.byToken(value) ?? 'invalid';
    if (!/^basic$/i.test(scheme)) return 'invalid';
    const [login, ...rest] = Buffer.from(value, 'base64')
      .toString('utf8')
      .split(':');
    const password = rest.join(':');
    const account = this.accounts.get(login);
    if (account && password === account.password) return account;
    // A token may stand where the password does, or, as some clients send it, where the name does.
    return this.byToken(password) ?? this.byToken(login) ?? 'invalid';
  }
}
