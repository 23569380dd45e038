/// The table of connector classes: adding one is a line here.
enum ConnectorClasses {
  static func all(_ services: WorkerServices) -> [ConnectorClass] {
    [PostgresSourceClass(services: services).connectorClass] + WarehouseClasses(services: services).all
      + ObjectStoreClasses(services: services).all
  }
}
