import Foundation

func pauseThread(_ seconds: Double) { Thread.sleep(forTimeInterval: seconds) }
