print("martinet")
