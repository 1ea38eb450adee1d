import { createSocket } from 'node:dgram';

/** Whether a datagram to a multicast group, sent out of this interface, comes back to it: what discovery begins with. */
const group = '239.255.0.77';
const answerMsMax = 500;

export async function tryMulticast(address: string): Promise<boolean> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const word = `tether ${process.pid} ${address}`;
  try {
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => {
        resolve(false);
      }, answerMsMax);
      const end = (heard: boolean): void => {
        clearTimeout(timer);
        resolve(heard);
      };
      socket.on('error', () => {
        end(false);
      });
      socket.on('message', (message) => {
        if (message.toString() === word) end(true);
      });
      socket.bind(0, () => {
        try {
          socket.addMembership(group, address);
          socket.setMulticastInterface(address);
          socket.setMulticastLoopback(true);
          socket.send(word, socket.address().port, group, (error) => {
            if (error !== null) end(false);
          });
        } catch {
          end(false);
        }
      });
    });
  } finally {
    socket.close();
  }
}
