import { networkInterfaces } from 'node:os';
import { fail, type Result, succeed } from '../../model/Problem.js';

/**
 * What keeps DDS to one network interface. With Wi-Fi and a cable both up, DDS sends on both, and a robot that is reached
 * over the wrong one is heard badly or not at all.
 *
 * - Fast DDS reads a file of profiles: the default participant with a UDPv4 transport of its own, whose `interfaceWhiteList`
 *   has the interface's addresses, in place of the built-in transports (shared memory among them). Source: Fast DDS
 *   documentation, "Interface Whitelist" and "XML profiles", 2.6 (Humble) to 2.14 (Jazzy): names in place of addresses are
 *   known only to the newer ones. A robot that is on both networks names both its addresses, and what is sent to the other
 *   one goes where the kernel's routes lead: `netmask_filter` keeps it from being sent. Fast DDS 2.14 and newer know it (older
 *   ones refuse a file with it), and it must not stand where the robot is on another network, behind a router.
 * - Cyclone DDS reads `CYCLONEDDS_URI`, which may be the text itself: `General/Interfaces/NetworkInterface[@name]`. Source:
 *   Cyclone DDS "Configuration guide", 0.9 (Humble) and newer.
 *
 * Each RMW reads only its own, so both are handed over.
 */
export interface NetworkProfile {
  readonly fastDds: string;
  readonly cyclone: string;
}

type Interfaces = NodeJS.Dict<readonly { readonly address: string; readonly family: string }[]>;

/** Its IPv4 addresses; none where it is not there. */
export function interfaceAddresses(name: string, interfaces: Interfaces = networkInterfaces()): readonly string[] {
  return (interfaces[name] ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => address);
}

/** Problem `no-interface`: it is not there, or has no address yet. It may come: the cable is plugged in later. */
export function networkProfile(
  name: string,
  sameNetworkOnly: boolean,
  interfaces: Interfaces = networkInterfaces(),
): Result<NetworkProfile> {
  const addresses = interfaceAddresses(name, interfaces);
  if (addresses.length === 0) {
    const others = Object.keys(interfaces).sort().join(', ');
    return fail(
      'no-interface',
      `the network interface ${name} is not up, or has no IPv4 address`,
      `Plug it in, or correct \`network_interface\` in the robot file. With an address now: ${others || 'none'}.`,
    );
  }
  return succeed({ fastDds: fastDdsProfile(addresses, sameNetworkOnly), cyclone: cycloneProfile(name) });
}

export function fastDdsProfile(addresses: readonly string[], sameNetworkOnly: boolean): string {
  const list = addresses.map((address) => `          <address>${escaped(address)}</address>`).join('\n');
  const filter = sameNetworkOnly ? '\n        <netmask_filter>ON</netmask_filter>' : '';
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- Written by Tether at each connection, from network_interface in the robot file. -->
<dds>
  <profiles xmlns="http://www.eprosima.com/XMLSchemas/fastRTPS_Profiles">
    <transport_descriptors>
      <transport_descriptor>
        <transport_id>tether_chosen_interface</transport_id>
        <type>UDPv4</type>
        <interfaceWhiteList>
${list}
        </interfaceWhiteList>${filter}
      </transport_descriptor>
    </transport_descriptors>
    <participant profile_name="tether_chosen_interface" is_default_profile="true">
      <rtps>
        <userTransports>
          <transport_id>tether_chosen_interface</transport_id>
        </userTransports>
        <useBuiltinTransports>false</useBuiltinTransports>
      </rtps>
    </participant>
  </profiles>
</dds>
`;
}

function cycloneProfile(name: string): string {
  return (
    '<CycloneDDS xmlns="https://cdds.io/config"><Domain id="any"><General><Interfaces>' +
    `<NetworkInterface name="${escaped(name)}"/>` +
    '</Interfaces></General></Domain></CycloneDDS>'
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
