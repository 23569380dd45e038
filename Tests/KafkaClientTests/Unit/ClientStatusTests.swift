import ChangeModel
import Testing

@testable import KafkaClient

@Suite struct ClientStatusTests {
  private static let transport = KafkaErrorCode(rawValue: -195)
  private static let authentication = KafkaErrorCode(rawValue: -169)

  @Test func theReasonStaysWhenOnlyItsConsequencesFollow() {
    let status = ClientStatus()
    status.report(Self.transport, "refused")
    status.report(Self.authentication, "wrong password")
    status.report(Self.transport, "disconnected")
    status.report(.allBrokersDown, "1/1 brokers are down")
    #expect(status.lastProblem?.text == "wrong password")
    #expect(status.problemCount == 4)
    #expect(status.error(.timedOut, "x").code == .kafkaAuthentication)
  }

  @Test func aLaterReasonReplacesAnEarlier() {
    let status = ClientStatus()
    status.report(Self.authentication, "wrong password")
    status.report(KafkaErrorCode(rawValue: -181), "unknown authority")
    #expect(status.lastProblem?.text == "unknown authority")
  }

  @Test func successEndsIt() {
    let status = ClientStatus()
    status.report(Self.authentication, "wrong password")
    status.succeeded()
    #expect(status.lastProblem == nil)
    #expect(status.error(.timedOut, "x").code == .kafkaUnreachable)
  }

  @Test func aReasonOfItsOwnIsNotReplaced() {
    let status = ClientStatus()
    status.report(Self.authentication, "wrong password")
    #expect(status.error(KafkaErrorCode(rawValue: 29), "x").code == .kafkaAuthorization)
  }
}
