import { diagnosticArrayName, type NumericTypeName } from '../model/NumericRule.js';

/**
 * Types whose numbers can be metrics, with their definitions (ROS 2 Jazzy's std_msgs, sensor_msgs and diagnostic_msgs; constants are
 * left out).
 */
const header = `
================================================================================
MSG: std_msgs/Header
builtin_interfaces/Time stamp
string frame_id
================================================================================
MSG: builtin_interfaces/Time
int32 sec
uint32 nanosec
`;

const plain = (type: string): string => `${type} data\n`;

export const numericTypeTexts: Readonly<Record<NumericTypeName, string>> = {
  'std_msgs/msg/Bool': plain('bool'),
  'std_msgs/msg/Byte': plain('byte'),
  'std_msgs/msg/Int8': plain('int8'),
  'std_msgs/msg/Int16': plain('int16'),
  'std_msgs/msg/Int32': plain('int32'),
  'std_msgs/msg/Int64': plain('int64'),
  'std_msgs/msg/UInt8': plain('uint8'),
  'std_msgs/msg/UInt16': plain('uint16'),
  'std_msgs/msg/UInt32': plain('uint32'),
  'std_msgs/msg/UInt64': plain('uint64'),
  'std_msgs/msg/Float32': plain('float32'),
  'std_msgs/msg/Float64': plain('float64'),
  'sensor_msgs/msg/Temperature': `std_msgs/Header header\nfloat64 temperature\nfloat64 variance${header}`,
  'sensor_msgs/msg/RelativeHumidity': `std_msgs/Header header\nfloat64 relative_humidity\nfloat64 variance${header}`,
  'sensor_msgs/msg/FluidPressure': `std_msgs/Header header\nfloat64 fluid_pressure\nfloat64 variance${header}`,
  'sensor_msgs/msg/Illuminance': `std_msgs/Header header\nfloat64 illuminance\nfloat64 variance${header}`,
  'sensor_msgs/msg/Range': `std_msgs/Header header
uint8 radiation_type
float32 field_of_view
float32 min_range
float32 max_range
float32 range
float32 variance${header}`,
  'sensor_msgs/msg/BatteryState': `std_msgs/Header header
float32 voltage
float32 temperature
float32 current
float32 charge
float32 capacity
float32 design_capacity
float32 percentage
uint8 power_supply_status
uint8 power_supply_health
uint8 power_supply_technology
bool present
float32[] cell_voltage
float32[] cell_temperature
string location
string serial_number${header}`,
  [diagnosticArrayName]: `std_msgs/Header header
diagnostic_msgs/DiagnosticStatus[] status
================================================================================
MSG: diagnostic_msgs/DiagnosticStatus
byte level
string name
string message
string hardware_id
diagnostic_msgs/KeyValue[] values
================================================================================
MSG: diagnostic_msgs/KeyValue
string key
string value${header}`,
};
