/**
 * XML-RPC, as far as ROS 1 uses it: ints, booleans, doubles, texts, lists and structs. Reading is for texts from anywhere: what is
 * no XML-RPC gives null, and lists in lists end at a depth.
 *
 * Source: xmlrpc.com/spec.md; Python's xmlrpc.server and roscpp's XmlRpc++ are who writes it.
 */
export type XmlRpcValue = string | number | boolean | readonly XmlRpcValue[] | { readonly [name: string]: XmlRpcValue };

const depthMax = 20;

export function writeCall(method: string, parameters: readonly XmlRpcValue[]): string {
  return `<?xml version="1.0"?><methodCall><methodName>${escape(method)}</methodName>${writeParameters(parameters)}</methodCall>`;
}

export function writeResponse(value: XmlRpcValue): string {
  return `<?xml version="1.0"?><methodResponse>${writeParameters([value])}</methodResponse>`;
}

export function writeFault(code: number, words: string): string {
  const value = writeValue({ faultCode: code, faultString: words });
  return `<?xml version="1.0"?><methodResponse><fault>${value}</fault></methodResponse>`;
}

function writeParameters(parameters: readonly XmlRpcValue[]): string {
  return `<params>${parameters.map((value) => `<param>${writeValue(value)}</param>`).join('')}</params>`;
}

function writeValue(value: XmlRpcValue): string {
  if (typeof value === 'string') return `<value><string>${escape(value)}</string></value>`;
  if (typeof value === 'boolean') return `<value><boolean>${value ? 1 : 0}</boolean></value>`;
  if (typeof value === 'number')
    return Number.isInteger(value) ? `<value><int>${value}</int></value>` : `<value><double>${value}</double></value>`;
  if (isList(value)) return `<value><array><data>${value.map(writeValue).join('')}</data></array></value>`;
  const members = Object.entries(value).map(
    ([name, member]) => `<member><name>${escape(name)}</name>${writeValue(member)}</member>`,
  );
  return `<value><struct>${members.join('')}</struct></value>`;
}

function isList(value: XmlRpcValue): value is readonly XmlRpcValue[] {
  return Array.isArray(value);
}

/** A call's name and parameters; null for a text that is none. */
export function readCall(text: string): { readonly method: string; readonly parameters: XmlRpcValue[] } | null {
  return attempt(() => {
    const reader = new Reader(text);
    reader.open('methodCall');
    reader.open('methodName');
    const method = reader.text().trim();
    reader.close('methodName');
    const parameters = reader.isNext('params') ? reader.parameters() : [];
    return { method, parameters };
  });
}

/** A response's value, or the fault in it; null for a text that is none. */
export function readResponse(text: string): { readonly value: XmlRpcValue } | { readonly fault: string } | null {
  return attempt(() => {
    const reader = new Reader(text);
    reader.open('methodResponse');
    if (reader.isNext('fault')) {
      reader.open('fault');
      return { fault: JSON.stringify(reader.value()) };
    }
    const [value] = reader.parameters();
    if (value === undefined) throw new Malformed();
    return { value };
  });
}

class Malformed extends Error {}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

/** Tags and the texts between them. Attributes, comments and CDATA do not occur. */
class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    const body = text.replace(/^\s*(?:<\?xml[^>]*\?>)?\s*/, '');
    this.#tokens = body.match(/<[^<>]*>|[^<>]+/g) ?? [];
  }

  isNext(tag: string): boolean {
    this.#skipSpace();
    return this.#tokens[this.#at] === `<${tag}>`;
  }

  open(tag: string): void {
    if (!this.isNext(tag)) throw new Malformed();
    this.#at += 1;
  }

  close(tag: string): void {
    this.#skipSpace();
    if (this.#tokens[this.#at] !== `</${tag}>`) throw new Malformed();
    this.#at += 1;
  }

  /** The text up to the next tag, which may be none. */
  text(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Malformed();
    if (token.startsWith('<')) return '';
    this.#at += 1;
    return unescape(token);
  }

  parameters(): XmlRpcValue[] {
    const values: XmlRpcValue[] = [];
    if (this.#isEmpty('params')) return values;
    this.open('params');
    while (this.isNext('param')) {
      this.open('param');
      values.push(this.value());
      this.close('param');
    }
    this.close('params');
    return values;
  }

  value(depth = 0): XmlRpcValue {
    if (depth > depthMax) throw new Malformed();
    if (this.#isEmpty('value')) return '';
    this.open('value');
    // A value without a type is a text.
    const bare = this.#tokens[this.#at]?.startsWith('<') === false ? this.text() : '';
    const tag = this.#tokens[this.#at] ?? '';
    const value = tag === '</value>' ? bare : this.#typed(tag.slice(1, -1), depth);
    this.close('value');
    return value;
  }

  #typed(type: string, depth: number): XmlRpcValue {
    if (type.endsWith('/')) {
      this.#at += 1;
      return type.startsWith('array') ? [] : '';
    }
    this.#at += 1;
    let value: XmlRpcValue;
    switch (type) {
      case 'string':
        value = this.text();
        break;
      case 'int':
      case 'i4':
      case 'double':
        value = Number(this.text());
        if (Number.isNaN(value)) throw new Malformed();
        break;
      case 'boolean':
        value = this.text().trim() === '1';
        break;
      case 'array':
        value = this.#list(depth);
        break;
      case 'struct':
        value = this.#struct(depth);
        break;
      default:
        throw new Malformed();
    }
    this.close(type);
    return value;
  }

  #list(depth: number): XmlRpcValue[] {
    const values: XmlRpcValue[] = [];
    if (this.#isEmpty('data')) return values;
    this.open('data');
    while (this.isNext('value') || this.isNext('value/')) values.push(this.value(depth + 1));
    this.close('data');
    return values;
  }

  #struct(depth: number): Record<string, XmlRpcValue> {
    const members: Record<string, XmlRpcValue> = Object.create(null) as Record<string, XmlRpcValue>;
    while (this.isNext('member')) {
      this.open('member');
      this.open('name');
      const name = this.text();
      this.close('name');
      members[name] = this.value(depth + 1);
      this.close('member');
    }
    return members;
  }

  /** `<tag/>`, which is passed over. */
  #isEmpty(tag: string): boolean {
    if (!this.isNext(`${tag}/`)) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    while (this.#tokens[this.#at]?.trim() === '') this.#at += 1;
  }
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescape(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
