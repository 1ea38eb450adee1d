import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCall, readResponse, writeCall, writeResponse, type XmlRpcValue } from './xmlRpc.js';

const { tree: values } = fc.letrec<{ tree: XmlRpcValue }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
    fc.array(tie('tree'), { maxLength: 4 }),
  ),
}));

describe('XML-RPC', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 3 }), (parameters) => {
        expect(readCall(writeCall('getSystemState', parameters))).toEqual({ method: 'getSystemState', parameters });
        for (const value of parameters) expect(readResponse(writeResponse(value))).toEqual({ value });
      }),
    );
  });

  it("reads what Python's and roscpp's servers write", () => {
    const python = `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><array><data>\n<value><int>1</int></value>
<value><string>a &amp; b</string></value>\n<value><array><data>\n</data></array></value>\n</data></array></value>\n</param>\n</params>\n</methodResponse>\n`;
    expect(readResponse(python)).toEqual({ value: [1, 'a & b', []] });
    const roscpp = `<?xml version="1.0"?>\r\n<methodResponse><params><param>\r\n\t<value><array><data><value><i4>1</i4></value><value></value><value><array><data><value>TCPROS</value><value>robot</value><value><i4>4242</i4></value></data></array></value></data></array></value>\r\n</param></params></methodResponse>\r\n`;
    expect(readResponse(roscpp)).toEqual({ value: [1, '', ['TCPROS', 'robot', 4242]] });
  });

  it('tells a fault', () => {
    const text =
      '<methodResponse><fault><value><struct><member><name>faultString</name><value><string>no</string></value></member></struct></value></fault></methodResponse>';
    expect(readResponse(text)).toEqual({ fault: '{"faultString":"no"}' });
  });

  it('takes anything else for what it is, whatever it is', () => {
    expect(readResponse('<html>hello</html>')).toBeNull();
    expect(readResponse(`<methodResponse><params><param>${'<value><array><data>'.repeat(500)}`)).toBeNull();
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<value>', '</value>', '<array>', '<data>', '<int>', 'x', '&', '<')),
        (parts) => {
          expect(readResponse(`<methodResponse><params><param>${parts.join('')}`)).toBeNull();
        },
      ),
    );
  });
});
