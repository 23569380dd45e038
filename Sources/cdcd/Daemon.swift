internal import ChangeModel

@main struct Daemon { static func main() { print("martinet") } }
